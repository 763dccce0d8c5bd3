// What a page that was taken along runs: it unpacks the stage, Plotly's script and the boards, and mounts each board.
// Written as one classic script, since a document from a disk can load no module.
(async () => {
  async function unpacked(id) {
    const text = document.getElementById(id)?.textContent;
    if (!text) return null;
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }
  const decoded = (bytes) => new TextDecoder().decode(bytes);
  function add(tag, text, type = "") {
    const node = Object.assign(document.createElement(tag), { textContent: text });
    if (type) node.type = type;
    document.head.append(node);
  }

  const { modules, styles } = JSON.parse(decoded(await unpacked("stage")));
  add("style", styles);
  const addressOf = (source) => `data:text/javascript;charset=utf-8,${encodeURIComponent(source)}`;
  const imports = Object.fromEntries(Object.entries(modules).map(([name, source]) => [name, addressOf(source)]));
  add("script", JSON.stringify({ imports }), "importmap");
  const { mount } = await import("rnnviz/stage.js");
  const plotly = await unpacked("plotly");
  if (plotly) add("script", decoded(plotly));

  const hosts = [...document.querySelectorAll(".rnnviz-stage")];
  const boards = await Promise.all(hosts.map((_, k) => unpacked(`board-${k}`)));
  const show = () => hosts.forEach((host, k) => mount(host, { data: boards[k], setTriggerValue() {} }));
  // In a notebook's cell it is as dark as what stands around it, and else as the reader's system.
  const around = window.frameElement;
  function follow() {
    const [red, green, blue] = getComputedStyle(around).color.match(/[\d.]+/g).map(Number);
    document.documentElement.style.colorScheme = red + green + blue > 384 ? "dark" : "light";
    show();
  }
  if (around) new MutationObserver(follow).observe(around.ownerDocument.body, { attributes: true });
  else matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  (around ? follow : show)();
})();
