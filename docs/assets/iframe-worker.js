/* Opened from a disk, a page may not start a worker. Only the offline site has
   this script: it lets a worker's script run in an empty frame instead. */
if (location.protocol === "file:")
  window.Worker = class extends EventTarget {
    constructor(url) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      frame.title = "Search"
      document.documentElement.append(frame)
      const inside = frame.contentWindow
      const answer = data =>
        this.dispatchEvent(new MessageEvent("message", { data }))
      /* In a window, these two would speak to the window itself. */
      inside.postMessage = data => setTimeout(answer, 0, data)
      const script = inside.document.createElement("script")
      script.src = url
      this.ready = new Promise((resolve, reject) => {
        script.onload = resolve
        script.onerror = reject
      })
      inside.document.head.append(script)
      this.inside = inside
    }
    postMessage(data) {
      this.ready.then(() => this.inside.dispatchEvent(
        new this.inside.MessageEvent("message", { data })))
    }
    terminate() { this.inside.frameElement.remove() }
  }
