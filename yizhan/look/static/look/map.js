/* A map of our own data: no outside tiles, glyphs or fonts; without it every page is whole.
   <div data-map data-src="…">  draws the JSON that stands at that address:
     bounds    [west, south, east, north]           what to show
     tiles     address with {z}/{x}/{y}              streets and areas as vector tiles, layers "streets", "areas"
     bands     {"5": lines, "10": …, "15": …}         streets that are reached, by minutes; a text is x0 y0 x1 y1 … in
                                                       millionths of a degree from "origin", 16 bits each, in base 64
     minutes   address with {z}/{x}/{y}              streets by minutes, layer "minutes": kind 5, 10, 15 or far
     borders   GeoJSON                                 lines round the communities
     outline   GeoJSON                                 the circle
     points    [{lon, lat, icon, label, url, kind}]    kind "you" is the rose one, "shut" pale, "dot" small
     labels    [{lon, lat, text, kind}]                 names of water, green and communities
   data-pick-lon, data-pick-lat, data-pick-datum: fields that a marker fills, dragged, or put where one clicks
   data-off: a button in it hides the map, one brings it back                                                */

const COLOURS = {
  land: "#eef0e8", street: "#ffffff", path: "#f8f9f4", edge: "#dfe3d8", water: "#c6dfe3", park: "#d3e6d2",
  5: "#146348", 10: "#4ba583", 15: "#9fd0b9", far: "#dd9a76", border: "#4d5b8c", outline: "#146348",
};
const EMPTY = { type: "FeatureCollection", features: [] };
let library = null;

function load(box) {
  if (!library) {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: box.dataset.css });
    const styled = new Promise((done, failed) => { sheet.onload = done; sheet.onerror = failed; });
    document.head.prepend(sheet);
    library = Promise.all([import(box.dataset.lib), styled]).then(([lib]) => {
      lib.setWorkerUrl(box.dataset.worker);
      return lib;
    });
  }
  return library;
}

function width(at12, at16) {
  return ["interpolate", ["exponential", 1.6], ["zoom"], 12, at12, 16, at16];
}

function whole(address) {
  return new URL(address, location.href).href.replace(/%7B/g, "{").replace(/%7D/g, "}");
}

function styleOf(data) {
  const sources = {
    outline: { type: "geojson", data: data.outline ?? EMPTY },
    bands: { type: "geojson", data: bandsOf(data.bands, data.origin) },
  };
  const round = { "line-cap": "round", "line-join": "round" };
  const layers = [{ id: "land", type: "background", paint: { "background-color": COLOURS.land } }];
  if (data.tiles) {
    sources.tiles = { type: "vector", tiles: [whole(data.tiles)], minzoom: 12, maxzoom: 15 };
    layers.push(
      { id: "water", type: "fill", source: "tiles", "source-layer": "areas", filter: ["==", ["get", "kind"], "water"], paint: { "fill-color": COLOURS.water } },
      { id: "park", type: "fill", source: "tiles", "source-layer": "areas", filter: ["==", ["get", "kind"], "park"], paint: { "fill-color": COLOURS.park } },
      { id: "casing", type: "line", source: "tiles", "source-layer": "streets", filter: ["==", ["get", "kind"], "street"], layout: round, paint: { "line-color": COLOURS.edge, "line-width": width(1.6, 10) } },
      { id: "paths", type: "line", source: "tiles", "source-layer": "streets", filter: ["!=", ["get", "kind"], "street"], layout: round, paint: { "line-color": COLOURS.path, "line-width": width(0.6, 4) } },
      { id: "streets", type: "line", source: "tiles", "source-layer": "streets", filter: ["==", ["get", "kind"], "street"], layout: round, paint: { "line-color": COLOURS.street, "line-width": width(1, 7.5) } },
    );
  }
  if (data.minutes) {
    sources.minutes = { type: "vector", tiles: [whole(data.minutes)], minzoom: 10, maxzoom: 15 };
    layers.push({ id: "minutes", type: "line", source: "minutes", "source-layer": "minutes", layout: round,
      paint: { "line-color": ["match", ["get", "kind"], "5", COLOURS[5], "10", COLOURS[10], "15", COLOURS[15], COLOURS.far], "line-width": width(1.2, 7) } });
  }
  if (data.borders) {
    sources.borders = { type: "geojson", data: data.borders };
    layers.push({ id: "borders", type: "line", source: "borders", layout: round, paint: { "line-color": COLOURS.border, "line-width": 2.2, "line-dasharray": [3, 2.5] } });
  }
  layers.push(
    { id: "outline-fill", type: "fill", source: "outline", paint: { "fill-color": COLOURS[15], "fill-opacity": 0.22 } },
    { id: "bands", type: "line", source: "bands", layout: { ...round, "line-sort-key": ["-", 0, ["get", "minutes"]] },
      paint: { "line-color": ["match", ["get", "minutes"], 5, COLOURS[5], 10, COLOURS[10], COLOURS[15]], "line-width": width(1.6, 8) } },
    { id: "outline-line", type: "line", source: "outline", paint: { "line-color": COLOURS.outline, "line-width": 2, "line-dasharray": [2.5, 2] } },
  );
  return { version: 8, sources, layers };
}

function unpacked(text, [lon, lat]) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const numbers = new DataView(bytes.buffer);
  const lines = [];
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    const [x0, y0, x1, y1] = [0, 2, 4, 6].map((part) => numbers.getInt16(at + part, true) / 1e6);
    lines.push([[lon + x0, lat + y0], [lon + x1, lat + y1]]);
  }
  return lines;
}

function bandsOf(bands, origin) {
  return {
    type: "FeatureCollection",
    features: Object.entries(bands ?? {}).map(([minutes, lines]) => ({
      type: "Feature", properties: { minutes: Number(minutes) }, geometry: { type: "MultiLineString", coordinates: typeof lines === "string" ? unpacked(lines, origin) : lines },
    })),
  };
}

function pin(point, icons) {
  const node = document.createElement(point.url ? "a" : "span");
  node.className = `yz-pin${point.kind ? ` yz-pin--${point.kind}` : ""}`;
  if (point.url) { node.href = point.url; node.tabIndex = -1; }
  node.title = point.label ?? "";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "yz-i");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${icons}#i-${point.icon || "stop"}`);
  svg.append(use);
  node.append(svg);
  node.setAttribute("aria-hidden", "true");   // the list beside the map says the same in words
  return node;
}

function picking(lib, map, box) {
  const field = (name) => box.dataset[name] && document.querySelector(box.dataset[name]);
  const lon = field("pickLon"), lat = field("pickLat"), datum = field("pickDatum");
  if (!lon || !lat) return;
  const marker = new lib.Marker({ element: pin({ icon: "pin", kind: "you" }, box.dataset.icons), draggable: true });
  const read = () => [Number.parseFloat(lon.value), Number.parseFloat(lat.value)];
  const show = () => {
    const [x, y] = read();
    if (Number.isFinite(x) && Number.isFinite(y) && Math.abs(x) <= 180 && Math.abs(y) <= 90 && (!datum || datum.value === "wgs84")) marker.setLngLat([x, y]).addTo(map);
    else marker.remove();
  };
  const put = ({ lng, lat: north }) => {
    lon.value = lng.toFixed(6);
    lat.value = north.toFixed(6);
    if (datum) datum.value = "wgs84";   // the map is drawn in WGS84
    show();
    for (const one of [lon, lat]) one.dispatchEvent(new Event("change", { bubbles: true }));
  };
  marker.on("dragend", () => put(marker.getLngLat()));
  map.on("click", (event) => put(event.lngLat));
  for (const one of [lon, lat, datum]) one?.addEventListener("input", show);
  show();
}

function fail(box) {
  box.dataset.state = "failed";
  const note = box.querySelector("[data-map-failed]");
  if (note) note.hidden = false;
}

async function draw(box) {
  box.dataset.state = "loading";
  const canvas = box.querySelector("[data-map-canvas]");
  try {
    const [lib, answer] = await Promise.all([load(box), fetch(box.dataset.src, { credentials: "same-origin" })]);
    if (!answer.ok) throw new Error(String(answer.status));
    const data = await answer.json();
    const words = box.dataset;
    const map = new lib.Map({
      container: canvas, style: styleOf(data), bounds: data.bounds, fitBoundsOptions: { padding: 24, animate: false },
      minZoom: 11, maxZoom: 18, maxPitch: 0, dragRotate: false, pitchWithRotate: false, touchPitch: false, rollEnabled: false,
      attributionControl: false, fadeDuration: 0, cooperativeGestures: true, trackResize: true,
      locale: {
        "Map.Title": words.label ?? "", "NavigationControl.ZoomIn": words.zoomIn ?? "+", "NavigationControl.ZoomOut": words.zoomOut ?? "−",
        "CooperativeGesturesHandler.WindowsHelpText": words.hintKeys ?? "", "CooperativeGesturesHandler.MacHelpText": words.hintKeys ?? "",
        "CooperativeGesturesHandler.MobileHelpText": words.hintFingers ?? "",
      },
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new lib.NavigationControl({ showCompass: false }), "top-right");
    const picks = Boolean(words.pickLon);   // then signs lead nowhere: a click means the spot
    for (const point of data.points ?? []) new lib.Marker({ element: pin(picks ? { ...point, url: "" } : point, words.icons) }).setLngLat([point.lon, point.lat]).addTo(map);
    for (const label of data.labels ?? []) {
      const name = Object.assign(document.createElement("span"), { className: `yz-maplabel yz-maplabel--${label.kind}`, textContent: label.text });
      new lib.Marker({ element: name }).setLngLat([label.lon, label.lat]).addTo(map);
    }
    picking(lib, map, box);
    map.once("idle", () => { box.dataset.state = "drawn"; });
  } catch (problem) {
    console.warn("map:", problem);
    fail(box);
  }
}

function prepare(box) {
  const begin = () => { if (!box.dataset.state) draw(box); };
  if (box.hidden) return;
  if (!("IntersectionObserver" in window)) { begin(); return; }
  const watch = new IntersectionObserver((seen) => {
    if (seen.some((one) => one.isIntersecting)) { watch.disconnect(); begin(); }
  }, { rootMargin: "200px" });
  watch.observe(box);
}

for (const box of document.querySelectorAll("[data-map]")) prepare(box);
