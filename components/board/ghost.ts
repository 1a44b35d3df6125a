interface Point {
  x: number;
  y: number;
}

/** A likeness of the card that follows the pointer; the card itself stays in its list. */
export function ghostOf(card: HTMLElement, from: Point) {
  const { left, top, width } = card.getBoundingClientRect();
  const ghost = card.cloneNode(true) as HTMLElement;
  for (const element of [ghost, ...ghost.querySelectorAll("[id],[data-card],[data-title]")]) {
    for (const name of ["id", "data-card", "data-title"]) element.removeAttribute(name);
  }
  ghost.inert = true;
  ghost.setAttribute("aria-hidden", "true");
  ghost.classList.add("fixed", "z-overlay", "pointer-events-none", "rotate-1", "cursor-grabbing", "shadow-card");
  Object.assign(ghost.style, { left: "0", top: "0", width: `${width}px`, position: "fixed" });
  const move = ({ x, y }: Point) => {
    ghost.style.translate = `${left + x - from.x}px ${top + y - from.y}px`;
  };
  move(from);
  document.body.append(ghost);
  return { move, remove: () => ghost.remove() };
}
