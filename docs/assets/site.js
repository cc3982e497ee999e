/* What the stock theme leaves out, and the little that it writes into each page
   as inline scripts: the Content-Security-Policy refuses every script that
   stands in a page. This file runs in the head, before the first line is drawn
   and before the theme's own script. */

/* --- The theme's memory ------------------------------------------------- */
__md_scope = new URL("..", document.currentScript.src)
__md_get = (key, store = localStorage, scope = __md_scope) =>
  JSON.parse(store.getItem(`${scope.pathname}.${key}`))
__md_set = (key, value, store = localStorage, scope = __md_scope) => {
  try {
    store.setItem(`${scope.pathname}.${key}`, JSON.stringify(value))
  } catch {}
}

(() => {
  "use strict"

  /* --- Colours, before the first line is drawn ---------------------------
     Whoever observes the page hears of its body before anybody sees it. */
  const chosen = __md_get("__palette")?.color
  const scheme = chosen && chosen.media !== "(prefers-color-scheme)"
    ? chosen.scheme
    : matchMedia("(prefers-color-scheme: dark)").matches ? "slate" : "default"
  const paint = () => {
    document.body?.setAttribute("data-md-color-scheme", scheme)
    return document.body
  }
  if (!paint())
    new MutationObserver((_, observer) => {
      if (paint()) observer.disconnect()
    }).observe(document.documentElement, { childList: true })

  /* The theme says the scheme in a meta element as well. With it in the head,
     the browser asks of every element anew how it looks. The style sheet says
     it already. */
  const { head } = document
  head.appendChild = node => node.name === "color-scheme"
    ? node : Node.prototype.appendChild.call(head, node)

  /* All of it changes at once. */
  document.addEventListener("change", ({ target }) => {
    if (target.name !== "__palette") return
    const { dataset } = document.documentElement
    dataset.switching = ""
    setTimeout(() => { delete dataset.switching }, 100)
  }, true)

  /* --- Search costs nothing until somebody searches ---------------------
     The theme fetches its index and starts its worker on every page. Both
     wait here for the first sign of a search. */
  const wanted = new Promise(resolve => {
    if (/[?&][qh]=/.test(location.search)) resolve()
    const isSearch = node => node instanceof Element &&
      node.closest("#__search, .md-search, [for=__search]")
    for (const event of ["focusin", "pointerover", "change", "touchstart"])
      document.addEventListener(event, ({ target }) => {
        if (isSearch(target)) resolve()
      }, { passive: true, capture: true })
    document.addEventListener("keydown", ({ key }) => {
      if (["/", "f", "s"].includes(key)) resolve()
    }, true)
  })

  const { open, send } = XMLHttpRequest.prototype
  const held = new WeakSet()
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    if (String(url).endsWith("search/search_index.json")) held.add(this)
    return open.call(this, method, url, ...rest)
  }
  XMLHttpRequest.prototype.send = function (body) {
    if (!held.delete(this)) return send.call(this, body)
    wanted.then(() => { if (this.readyState === 1) send.call(this, body) })
  }

  const RealWorker = window.Worker
  window.Worker = class extends EventTarget {
    constructor(url, options) {
      super()
      if (!String(url).includes("workers/search."))
        return new RealWorker(url, options)
      this.start = () => {
        const worker = new RealWorker(url, options)
        for (const type of ["message", "error"])
          worker.addEventListener(type, event => this.dispatchEvent(
            new event.constructor(type, { data: event.data })))
        this.start = () => worker
        return worker
      }
    }
    postMessage(message) { this.start().postMessage(message) }
    terminate() { this.start().terminate() }
  }

  /* --- Titles are text -----------------------------------------------------
     The theme shows them in boxes of its own, as HTML. */
  const html = Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML")
  Object.defineProperty(Element.prototype, "innerHTML", {
    ...html,
    set(value) {
      if (/md-tooltip2?__inner/.test(this.className)) this.textContent = value
      else html.set.call(this, value)
    }
  })

  /* --- Names and keyboard access that the theme does not give ----------- */
  const say = (node, role, label) => {
    if (role) node.setAttribute("role", role)
    node.setAttribute("aria-label", label)
  }
  const wide = node => node.scrollWidth > node.clientWidth

  const scrollers = {
    ".arithmatex": "Formula, scrolls sideways",
    "pre > code": "Code, scrolls sideways",
    ".md-typeset__scrollwrap": "Table, scrolls sideways",
    ".jp-OutputArea-output": "Output, scrolls sideways",
    "figure": "Figure, scrolls sideways"
  }

  const plain = node => {
    node.setAttribute("role", "none")
    node.removeAttribute("aria-labelledby")
    node.removeAttribute("aria-label")
    node.removeAttribute("aria-expanded")
  }

  /* Asked of a page at rest, this costs nothing. After a change it has the
     browser lay out the whole page: so ask of all before changing any. What is
     folded has no width yet. */
  const boxes = () => Object.entries(scrollers).flatMap(([selector, label]) =>
    [...document.querySelectorAll(
      `:is(.md-content, .md-search-result) ${selector}`
    )].filter(node => !node.closest("details:not([open])"))
      .map(node => [node, label, wide(node) &&
        getComputedStyle(node).overflowX !== "visible"]))

  const tend = () => {
    const found = boxes()
    beside()
    for (const node of document.querySelectorAll(".md-search[role=dialog]"))
      say(node, null, "Search")
    /* Parts of a landmark are not landmarks of their own. */
    for (const node of document.querySelectorAll(`nav.md-code__nav,
        nav.md-nav:not([data-md-level="0"]):not(.md-nav--secondary),
        nav.md-post__authors, .md-search-result nav`))
      plain(node)
    for (const node of document.querySelectorAll(".md-content nav.md-tags"))
      say(node, null, "Tags")
    for (const node of document.querySelectorAll(".task-list-control input"))
      say(node, null, node.closest("li").textContent.trim())
    for (const [node, label, scrolls] of found)
      if (scrolls === ("scrolls" in node.dataset)) continue
      else if (!scrolls) {
        for (const name of ["tabindex", "role", "aria-label"])
          node.removeAttribute(name)
        delete node.dataset.scrolls
      } else {
        node.dataset.scrolls = ""
        node.tabIndex = 0
        say(node, "group", label)
      }
  }

  /* --- "Something wrong on this page?" -----------------------------------
     It stands at the foot. Here it comes beside the text as well, where the
     table of contents is, and names the section that was being read. */
  const beside = () => {
    const report = document.querySelector(".report")
    const room = document.querySelector(".md-sidebar--secondary .md-nav")
    if (report && room && !room.querySelector(".report"))
      room.append(report.cloneNode(true))
  }
  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element && target.closest(".report")
    if (!link || !link.search) return
    const passed = [...document.querySelectorAll("article :is(h2, h3)[id]")]
      .filter(node => !node.closest(".chapter-end") &&
        node.getBoundingClientRect().top < innerHeight / 2)
    const url = new URL(link.href)
    const name = passed.pop()
    if (name) url.searchParams.set("section",
      `${name.textContent.replace(/#$/, "").trim()} (#${name.id})`)
    link.href = url
  }, true)

  /* Changes come in heaps: wait for the last, and then for the frame in which
     the page is laid out anyway. */
  let due = 0
  const soon = () => {
    clearTimeout(due)
    due = setTimeout(() => requestAnimationFrame(() => setTimeout(tend)), 100)
  }
  addEventListener("DOMContentLoaded", () => {
    soon()
    new MutationObserver(soon).observe(document.documentElement, {
      attributeFilter: ["aria-expanded"], childList: true, subtree: true
    })
  })
  addEventListener("resize", soon, { passive: true })
  addEventListener("load", soon)
  addEventListener("toggle", soon, true)

  /* A label that looks like a button answers to the keys of one. */
  document.addEventListener("keydown", event => {
    const label = event.target
    if (label instanceof HTMLLabelElement && event.key === " ") {
      event.preventDefault()
      label.click()
    }
  })

  /* --- Paper: what is folded opens, and links say where they lead -------- */
  let opened = []
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")]
    for (const node of opened) node.open = true
    /* Print only the addresses that leave. */
    for (const link of document.querySelectorAll(".md-content a[href]"))
      link.toggleAttribute("data-elsewhere", link.host !== location.host)
  })
  addEventListener("afterprint", () => {
    for (const node of opened) node.open = false
    opened = []
  })
})()
