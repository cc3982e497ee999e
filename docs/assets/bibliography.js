/* Search, filter and sort the bibliography; copy BibTeX.
 *
 * The list is complete without this script. The state lives in the query of
 * the address (?level=beginner&chapter=9), so that a view can be linked.
 */
(() => {
  "use strict";

  const LEVELS = ["beginner", "intermediate", "advanced"];
  const FIELDS = ["q", "level", "kind", "chapter", "keyword", "sort"];

  const PLAIN = {
    ß: "ss", ł: "l", ø: "o", đ: "d", ð: "d", þ: "th",
    æ: "ae", œ: "oe", ı: "i", ħ: "h", ŧ: "t", ŋ: "ng",
  };

  /** Small letters without accents, so that "kukiela" finds Kukieła. */
  const fold = (text) =>
    text
      .toLowerCase()
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .replace(/[ßłøđðþæœıħŧŋ]/g, (letter) => PLAIN[letter]);

  const element = (name, attributes = {}, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
  };

  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  const split = (text, mark) => (text ? text.split(mark) : []);

  function read(item) {
    const source = item.querySelector("pre");
    const shown = [...item.children]
      .filter((child) => child.tagName !== "DETAILS")
      .map((child) => child.textContent)
      .join(" ");
    return {
      item,
      source,
      year: Number(item.dataset.year),
      author: item.dataset.author,
      level: item.dataset.level,
      kind: item.dataset.kind,
      keywords: split(item.dataset.keywords, "|"),
      chapters: split(item.dataset.chapters, " "),
      text: fold(`${shown} ${item.id.replace(/^ref-/, "")}`),
    };
  }

  function select(name, label, options) {
    const id = `bib-${name}`;
    const box = element("select", { id, name });
    for (const [value, text] of options) {
      box.append(element("option", { value }, text));
    }
    return element(
      "div",
      { class: "bib-field" },
      element("label", { for: id }, label),
      box,
    );
  }

  /** Titles of the chapters that exist, from the links in the list. */
  function chapterTitles(list) {
    const titles = new Map();
    for (const link of list.querySelectorAll("a[data-chapter]")) {
      titles.set(link.dataset.chapter, link.title);
    }
    return titles;
  }

  function buildControls(list, works) {
    const all = (values) => [...new Set(values)];
    const plain = (value) => [value, capital(value)];
    const titles = chapterTitles(list);
    const chapters = all(works.flatMap((work) => work.chapters)).sort(
      (a, b) => a - b,
    );
    const search = element("input", {
      id: "bib-q",
      name: "q",
      type: "search",
      autocomplete: "off",
      spellcheck: "false",
    });
    return element(
      "form",
      { class: "bib-controls", role: "search", "aria-label": "Bibliography" },
      element(
        "div",
        { class: "bib-field bib-field--wide" },
        element("label", { for: "bib-q" }, "Search authors, titles and notes"),
        search,
      ),
      select("level", "Level", [
        ["", "All levels"],
        ...LEVELS.filter((l) => works.some((w) => w.level === l)).map(plain),
      ]),
      select("kind", "Kind", [
        ["", "All kinds"],
        ...all(works.map((work) => work.kind)).sort().map(plain),
      ]),
      select("chapter", "Chapter", [
        ["", "All chapters"],
        ...chapters.map((n) => [
          n,
          titles.has(n) ? `${n} · ${titles.get(n)}` : `Chapter ${n}`,
        ]),
      ]),
      select("keyword", "Keyword", [
        ["", "All keywords"],
        ...all(works.flatMap((work) => work.keywords)).sort().map(plain),
      ]),
      select("sort", "Sort by", [
        ["", "Year, oldest first"],
        ["newest", "Year, newest first"],
        ["author", "Author"],
      ]),
      element(
        "div",
        { class: "bib-result" },
        element("p", { class: "bib-count", "aria-live": "polite" }),
        element("button", { type: "reset", class: "bib-button" }, "Reset"),
      ),
    );
  }

  const byAuthor = (a, b) =>
    a.author.localeCompare(b.author) || a.year - b.year;
  const byYear = (a, b) => a.year - b.year || a.author.localeCompare(b.author);
  const ORDERS = {
    "": byYear,
    newest: (a, b) => b.year - a.year || a.author.localeCompare(b.author),
    author: byAuthor,
  };

  function apply(list, works, form) {
    const state = Object.fromEntries(
      FIELDS.map((name) => [name, form.elements[name].value]),
    );
    const words = fold(state.q).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const work of works) {
      const fits =
        (!state.level || work.level === state.level) &&
        (!state.kind || work.kind === state.kind) &&
        (!state.chapter || work.chapters.includes(state.chapter)) &&
        (!state.keyword || work.keywords.includes(state.keyword)) &&
        words.every((word) => work.text.includes(word));
      work.item.hidden = !fits;
      count += fits ? 1 : 0;
    }
    const order = [...works].sort(ORDERS[state.sort]);
    // Moving nodes drops the focus and the scroll; only when needed.
    if (order.some((work, i) => list.children[i] !== work.item)) {
      list.append(...order.map((work) => work.item));
    }
    form.querySelector(".bib-count").textContent =
      count === 0
        ? "No work fits. Take a filter away, or reset."
        : `${count} of ${works.length} works`;
    return state;
  }

  function remember(state) {
    const url = new URL(location.href);
    for (const name of FIELDS) url.searchParams.delete(name);
    for (const name of FIELDS) {
      if (state[name]) url.searchParams.append(name, state[name]);
    }
    if (url.href !== location.href) {
      history.replaceState(history.state, "", url);
    }
  }

  function restore(form) {
    const query = new URL(location.href).searchParams;
    for (const name of FIELDS) {
      const field = form.elements[name];
      field.value = query.get(name) || "";
      // An unknown value leaves a select without any choice.
      if (field.value !== (query.get(name) || "")) field.value = "";
    }
  }

  async function copy(work, button) {
    const label = "Copy BibTeX";
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(work.source.textContent);
    } catch {
      // No permission, or no secure context: select, so that Ctrl+C works.
      getSelection().selectAllChildren(work.source);
      said = "Selected: press Ctrl+C";
    }
    button.textContent = said;
    setTimeout(() => {
      button.textContent = label;
    }, 2000);
  }

  function enhance() {
    const list = document.querySelector(".bib-list");
    if (!list || list.dataset.enhanced) return;
    list.dataset.enhanced = "true";

    const works = [...list.querySelectorAll(".bib-entry")].map(read);
    const form = buildControls(list, works);
    list.before(form);

    const update = () => remember(apply(list, works, form));
    form.addEventListener("input", update);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      for (const name of FIELDS) form.elements[name].value = "";
      update();
    });

    for (const work of works) {
      const button = work.item.querySelector(".bib-copy");
      button.setAttribute("aria-live", "polite");
      button.hidden = false;
      button.addEventListener("click", () => copy(work, button));
    }

    /** A link to a work that the filters hide shows it all the same. */
    const reveal = () => {
      const target = document.getElementById(
        decodeURIComponent(location.hash.slice(1)),
      );
      if (target && target.hidden && list.contains(target)) {
        form.reset();
        target.scrollIntoView();
      }
    };
    const follow = () => {
      if (!list.isConnected) {
        removeEventListener("hashchange", follow);
        return;
      }
      reveal();
    };
    addEventListener("hashchange", follow);

    restore(form);
    apply(list, works, form);
    reveal();
  }

  if (typeof document$ !== "undefined") document$.subscribe(enhance);
  else if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", enhance);
  } else enhance();
})();
