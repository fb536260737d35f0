"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = new Map(data.nodes.map((node) => [node.id, node]));
  const boxes = new Map([...document.querySelectorAll(".node")].map((box) => [box.dataset.id, box]));
  const edges = [...document.querySelectorAll(".edge")];
  const details = document.getElementById("details");
  const search = document.getElementById("search");
  const count = document.getElementById("count");

  // Text only: a name is never read as HTML.
  const add = (parent, name, text) => {
    const made = parent.appendChild(document.createElement(name));
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const list = (title, items, make) => {
    if (!items.length) return;
    add(details, "h3", title);
    const into = add(details, "ul");
    items.forEach((item) => make(add(into, "li"), item));
  };

  const link = (id, label) => (line) => {
    const node = byId.get(id);
    const button = add(line, "button", `${node.kind} ${node.name}`);
    button.addEventListener("click", () => choose(id));
    if (label) add(line, "span", ` (${label})`);
  };

  const rightsOf = (id) => [
    ...byId.get(id).rights,
    ...data.edges.filter((edge) => edge.source === id).flatMap((edge) => byId.get(edge.target).rights),
  ];

  function choose(id) {
    const node = byId.get(id);
    boxes.forEach((box, key) => box.classList.toggle("chosen", key === id));
    edges.forEach((edge) =>
      edge.classList.toggle("near", edge.dataset.source === id || edge.dataset.target === id));
    details.replaceChildren();
    add(details, "h2", `${node.kind} ${node.name}`);
    const facts = add(details, "dl");
    Object.entries(node.details).forEach(([label, text]) => {
      add(facts, "dt", label);
      add(facts, "dd", text);
    });
    list("What it may do", rightsOf(id), (line, text) => { line.textContent = text; });
    list("Needs", data.edges.filter((edge) => edge.source === id),
      (line, edge) => link(edge.target, edge.label)(line));
    list("Is needed by", data.edges.filter((edge) => edge.target === id),
      (line, edge) => link(edge.source, edge.label)(line));
  }

  // What fits, and what it is connected to.
  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = new Set(data.nodes.filter((node) => {
      const text = [node.kind, node.name, ...Object.values(node.details), ...node.rights]
        .join("\n").toLowerCase();
      return words.every((word) => text.includes(word));
    }).map((node) => node.id));
    const shown = new Set(fits);
    if (words.length) {
      data.edges.forEach((edge) => {
        if (fits.has(edge.source)) shown.add(edge.target);
        if (fits.has(edge.target)) shown.add(edge.source);
      });
    }
    boxes.forEach((box, id) => box.classList.toggle("hidden", !shown.has(id)));
    edges.forEach((edge) => edge.classList.toggle("hidden",
      !(shown.has(edge.dataset.source) && shown.has(edge.dataset.target))));
    count.textContent = words.length ? `${fits.size} found` : "";
  }

  boxes.forEach((box, id) => {
    box.addEventListener("click", () => choose(id));
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        choose(id);
      }
    });
  });
  search.addEventListener("input", filter);
})();
