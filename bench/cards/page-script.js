// Runs in the page, before anything of its own: what a person there would see, by the page's clock.

window.bench = {
  /** ms from the navigation to the first card on the screen. */
  firstCard: new Promise((resolve) => {
    const look = () => {
      if (!document.querySelector("[data-card]")) return requestAnimationFrame(look);
      // The next frame begins when this one is on the screen.
      requestAnimationFrame(() => resolve(performance.now()));
    };
    look();
  }),

  /** Scrolls the column of the first card to its end. How many different cards it showed on the way. */
  async reach(cards) {
    const seen = new Set();
    const giveUpAt = performance.now() + 300_000;
    while (seen.size < cards && performance.now() < giveUpAt) {
      const list = document.querySelector("[data-card]").closest("[data-list]");
      for (const row of list.querySelectorAll("[data-row]")) seen.add(row.dataset.row);
      list.scrollTop += list.clientHeight * 0.8;
      await new Promise(requestAnimationFrame);
    }
    return seen.size;
  },

  /** ms from a call of the API that gives a visible card another title to the frame that shows it. */
  retitle({ id, title, version }) {
    const isSeen = () => document.getElementById(`card-${id}`)?.textContent === title;
    return this.seen(isSeen, "PATCH", `/api/v1/tasks/${id}`, { title, version });
  },

  /** The same of a move that takes the card to another column. */
  move({ id, verb }) {
    const columnNow = () => document.getElementById(`card-${id}`)?.closest("section");
    const before = columnNow();
    const isSeen = () => columnNow() && columnNow() !== before;
    return this.seen(isSeen, "POST", `/api/v1/tasks/${id}/${verb}`, {});
  },

  async seen(isSeen, method, path, body) {
    const seen = new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (!isSeen()) return;
        observer.disconnect();
        requestAnimationFrame(() => resolve(performance.now()));
      });
      observer.observe(document, { childList: true, characterData: true, subtree: true });
    });
    const began = performance.now();
    const headers = { "content-type": "application/json" };
    const answer = await fetch(path, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`The change was refused: ${await answer.text()}`);
    return (await seen) - began;
  },
};
