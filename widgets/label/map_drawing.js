/**
 * Draws the points of the map by WebGL, whenever something of them has changed; nothing is drawn in between.
 *
 * @import { MapView, Size } from "./map_geometry.js"
 */

const VERTEX = `
attribute vec2 point;
attribute vec4 color;
attribute float kind;
uniform vec2 middle;
uniform vec2 scale;
uniform float size;
uniform float selecting;
varying vec4 shade;
void main() {
  gl_Position = kind < 0.5 ? vec4(2.0, 2.0, 2.0, 1.0) : vec4((point - middle) * scale, 0.0, 1.0);
  gl_PointSize = kind > 1.5 ? size + 2.0 : size;
  shade = vec4(color.rgb, kind > 1.5 ? 1.0 : mix(color.a, color.a * 0.3, selecting));
}`;

const FRAGMENT = `
precision mediump float;
varying vec4 shade;
uniform float disc;
void main() {
  if (disc > 0.5 && distance(gl_PointCoord, vec2(0.5)) > 0.5) discard;
  gl_FragColor = vec4(shade.rgb * shade.a, shade.a);
}`;

const FRAME_MS = 25;
const MEASURED_FROM = 20_000;

/** What a point is: its image is gone, shown, or selected. */
export const GONE = 0;
export const SHOWN = 1;
export const SELECTED = 2;

export class MapDrawing {
  /** @param {HTMLCanvasElement} canvas Throws where the browser has no WebGL. */
  constructor(canvas) {
    this.canvas = canvas;
    const gl = canvas.getContext("webgl", { antialias: false, premultipliedAlpha: true });
    if (!gl)
      throw new Error("This browser draws no WebGL, which the map needs. Look at the images as pages or in the grid.");
    this.gl = gl;
    this.count = 0;
    /** What a point takes to draw, in milliseconds, as of the last drawing of all of them. */
    this.perPoint = 0;
    this.program = linked(gl);
    gl.useProgram(this.program);
    this.anyOrder = gl.getExtension("OES_element_index_uint") !== null;
    this.order = gl.createBuffer();
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.buffers = {
      point: this.#attribute("point", 2, gl.FLOAT, false),
      color: this.#attribute("color", 4, gl.UNSIGNED_BYTE, true),
      kind: this.#attribute("kind", 1, gl.UNSIGNED_BYTE, false),
    };
  }

  /** @param {string} name @param {number} size @param {number} type @param {boolean} normalized */
  #attribute(name, size, type, normalized) {
    const { gl } = this;
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    const at = gl.getAttribLocation(this.program, name);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, size, type, normalized, 0, 0);
    return buffer;
  }

  /** @param {Float32Array} points */
  setPoints(points) {
    const { gl } = this;
    this.count = points.length / 2;
    this.#fill(this.buffers.point, points);
    if (!this.anyOrder) return;
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.order);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, shuffled(this.count), gl.STATIC_DRAW);
  }

  /** @param {Uint8Array} colors RGBA of each point. */
  setColors(colors) {
    this.#fill(this.buffers.color, colors);
  }

  /** @param {Uint8Array} kinds */
  setKinds(kinds) {
    this.#fill(this.buffers.kind, kinds);
  }

  /** @param {WebGLBuffer | null} buffer @param {Float32Array | Uint8Array} values */
  #fill(buffer, values) {
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, buffer);
    this.gl.bufferData(this.gl.ARRAY_BUFFER, /** @type {any} */ (values), this.gl.DYNAMIC_DRAW);
  }

  /**
   * While the map moves only so many points are drawn, any of them, as a frame has time for.
   * @param {MapView} view @param {Size} frame @param {boolean} selecting Whether what is not selected steps back. @param {boolean} [moving] @returns {boolean} Whether all were drawn.
   */
  draw(view, frame, selecting, moving = false) {
    const { gl, canvas, program } = this;
    const ratio = Math.min(window.devicePixelRatio, 2);
    const width = Math.round(frame.width * ratio);
    const height = Math.round(frame.height * ratio);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (this.count === 0) return true;
    const size = pointSize(this.count, view.scale / Math.min(frame.width, frame.height)) * ratio;
    /** @param {string} name */
    const uniform = (name) => gl.getUniformLocation(program, name);
    gl.uniform2f(uniform("middle"), view.x, view.y);
    gl.uniform2f(uniform("scale"), (2 * view.scale) / frame.width, (2 * view.scale) / frame.height);
    gl.uniform1f(uniform("size"), size);
    gl.uniform1f(uniform("disc"), size > 3 ? 1 : 0);
    gl.uniform1f(uniform("selecting"), selecting ? 1 : 0);
    const some = moving && this.anyOrder ? Math.ceil(FRAME_MS / Math.max(this.perPoint, 1e-9)) : this.count;
    const started = performance.now();
    if (this.anyOrder) gl.drawElements(gl.POINTS, Math.min(some, this.count), gl.UNSIGNED_INT, 0);
    else gl.drawArrays(gl.POINTS, 0, this.count);
    if (some < this.count) return false;
    if (this.count > MEASURED_FROM && !moving) {
      // Only what is read back has been drawn.
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
      this.perPoint = (performance.now() - started) / this.count;
    }
    return true;
  }

  close() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

/** The numbers below a count in any order, the same each time. @param {number} count */
function shuffled(count) {
  const order = new Uint32Array(count);
  let state = 1;
  for (let at = 0; at < count; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 4294967296) * (at + 1));
    order[at] = order[other];
    order[other] = at;
  }
  return order;
}

/** The side of a point in pixels: many are small, and grow as one zooms in. @param {number} count @param {number} zoom */
export function pointSize(count, zoom) {
  const base = Math.max(1.5, Math.min(7, 400 / Math.sqrt(count)));
  return Math.min(14, base * Math.max(1, zoom) ** 0.4);
}

/** @param {WebGLRenderingContext} gl */
function linked(gl) {
  const program = gl.createProgram();
  for (const [type, source] of /** @type {[number, string][]} */ ([
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ])) {
    const shader = /** @type {WebGLShader} */ (gl.createShader(type));
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS))
    throw new Error("This browser's WebGL cannot draw the map. Look at the images as pages or in the grid.");
  return program;
}
