// What a click on a part of an equation opens below it: the products that a summand is the sum of, the curve of a
// function, the scores behind a share. One at a time; a second click or Escape closes it.

export function createOpenings() {
  let open = null; // { button, node, view }

  function close() {
    if (!open) return;
    const { button, node, view } = open;
    open = null;
    view.destroy?.();
    node.remove();
    button.setAttribute("aria-expanded", "false");
  }

  return {
    /** Let ``button`` open, at the end of ``row``, what ``create(node)`` makes there: { draw(), destroy?() }. */
    opener(button, row, create) {
      button.type = "button";
      button.classList.add("opener");
      button.setAttribute("aria-expanded", "false");
      button.onclick = () => {
        const wasOpen = open?.button === button;
        close();
        if (wasOpen) return;
        const node = document.createElement("div");
        node.className = "opened";
        row.append(node);
        button.setAttribute("aria-expanded", "true");
        open = { button, node, view: create(node) };
        open.view.draw();
      };
      row.addEventListener("keydown", ({ key }) => {
        if (key !== "Escape" || open?.button !== button) return;
        close();
        button.focus();
      });
    },
    draw: () => open?.view.draw(),
    destroy: close,
  };
}
