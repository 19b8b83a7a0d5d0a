/* Built from widgets/lib/predictions by 'npm run build'; edit there. Includes Preact (MIT License, (c) Jason Miller). */

// node_modules/preact/dist/preact.mjs
var n;
var t;
var r;
var u;
var i;
var f;
var o;
var e;
var l;
var c;
var a;
var s;
var h = /* @__PURE__ */ Symbol.for("pv");
var p = {};
var y = [];
var v = /^m(i|n|o|s|text|space)$/;
var w = Array.isArray;
var d = y.slice;
var _ = Object.assign;
function g(n2) {
  n2 && n2.parentNode && n2.remove();
}
function k(n2, t3, r3) {
  var u3, i3, f3, o3 = {}, e3 = arguments.length;
  for (f3 in t3) "key" == f3 ? u3 = t3[f3] : "ref" == f3 && "function" != typeof n2 ? i3 = t3[f3] : o3[f3] = t3[f3];
  return e3 > 2 && (o3.children = e3 > 3 ? d.call(arguments, 2) : r3), m(n2, o3, u3, i3, null);
}
function m(r3, u3, i3, f3, o3) {
  var e3 = { type: r3, props: u3, key: i3, ref: f3, __k: null, __: null, __b: 0, __e: null, __c: null, constructor: h, __v: o3 || ++t, __i: -1, __u: 0 };
  return !o3 && n.vnode && n.vnode(e3), e3;
}
function $(n2) {
  return n2.children;
}
function x(n2, t3) {
  this.props = n2, this.context = t3, this.__g = 0;
}
function S(n2, t3) {
  if (null == t3) return n2.__ && S(n2.__, n2.__i + 1);
  for (var r3; t3 < n2.__k.length; t3++) if ((r3 = n2.__k[t3]) && r3.__e) return r3.__e;
  return "function" != typeof n2.type || n2.props.__P ? null : S(n2);
}
function C(t3) {
  var r3, u3 = t3.__v, i3 = u3.__e, f3 = [], o3 = [], e3 = t3.__P;
  e3 && ((r3 = _({ constructor: h }, u3)).__v = u3.__v + 1, n.vnode && n.vnode(r3), z(e3, r3, u3, t3.__n, e3.namespaceURI, 32 & u3.__u ? [i3] : null, f3, i3 || S(u3), 32 & u3.__u, o3), r3.__v = u3.__v, r3.__.__k[r3.__i] = r3, E(f3, r3, o3), u3.__ = u3.__e = null, r3.__e != i3 && j(r3));
}
function j(n2) {
  if ((n2 = n2.__) && n2.__c && !n2.props.__P) return n2.__e = null, n2.__k.some(function(t3) {
    return t3 && (n2.__e = t3.__e);
  }), j(n2);
}
function L(t3) {
  (8 & t3.__g || (t3.__g |= 8, u.push(t3), f++)) && i == n.debounceRendering || ((i = n.debounceRendering) || queueMicrotask)(H);
}
function H() {
  try {
    for (var n2, t3 = 1; u.length; ) u.length > t3 && u.sort(o), n2 = u.shift(), t3 = u.length, 8 & n2.__g && C(n2);
  } finally {
    (f = u.length) && (i || queueMicrotask)(H);
  }
}
function I(n2, t3, r3, u3, i3, f3, o3, e3, l3, c3, a3) {
  var s3, h3, v3, w3, d3, _3, g3 = u3.__k || y, k3 = t3.length;
  for (l3 = q(r3, t3, g3, l3, k3), s3 = 0; s3 < k3; s3++) null != (v3 = r3.__k[s3]) && (h3 = ~v3.__i && g3[v3.__i] || p, v3.__i = s3, _3 = z(n2, v3, h3, i3, f3, o3, e3, l3, c3, a3), w3 = v3.__e, (h3.ref != v3.ref || 8 & h3.__u) && (h3.ref && G(h3.ref, null, v3, h3), v3.ref && a3.push(v3.ref, v3.__c || w3, v3)), d3 = d3 || w3, 4 & v3.__u ? (l3 = A(v3, l3, n2, !h3.__v), h3.__e && (h3.__e = null)) : "function" == typeof v3.type && void 0 !== _3 ? l3 = _3 : w3 && (l3 = w3.nextSibling), v3.__u &= -21);
  return r3.__e = d3, l3;
}
function q(n2, t3, r3, u3, i3) {
  var f3, o3, e3, l3, c3, a3, s3, p3, y3, v3 = r3.length, d3 = v3, _3 = 0, g3 = 0, k3 = n2.__k = Array(i3);
  for (f3 = 0; f3 < i3; f3++) null != (o3 = t3[f3]) && "boolean" != typeof o3 && "function" != typeof o3 ? ("object" != typeof o3 || o3.constructor === String ? o3 = k3[f3] = m(null, o3) : w(o3) ? o3 = k3[f3] = m($, { children: o3 }) : o3.constructor === h && o3.__b ? o3 = k3[f3] = m(o3.type, o3.props, o3.key, o3.ref, o3.__v) : k3[f3] = o3, l3 = f3 + _3, o3.__ = n2, o3.__b = n2.__b + 1, e3 = null, ~(c3 = o3.__i = P(o3, r3, l3, d3)) && (d3--, (e3 = r3[c3]) && (e3.__u |= 2)), e3 && e3.__v ? (o3.__u |= 16, c3 == l3 - 1 ? _3-- : c3 == l3 + 1 ? _3++ : c3 != l3 && (c3 > l3 ? _3-- : _3++, g3 = 1)) : (~c3 || (i3 > v3 ? _3-- : i3 < v3 && _3++), "function" != typeof o3.type && (o3.__u |= 4))) : k3[f3] = null;
  if (g3) {
    for (a3 = [], s3 = [], f3 = 0; f3 < i3; f3++) if ((o3 = k3[f3]) && 16 & o3.__u) {
      for (_3 = 0, p3 = a3.length; _3 < p3; ) a3[y3 = _3 + p3 >> 1] < o3.__i ? _3 = y3 + 1 : p3 = y3;
      a3[_3] = o3.__i, s3[f3] = _3 + 1;
    }
    for (_3 = a3.length; f3--; ) s3[f3] && (s3[f3] == _3 ? _3-- : k3[f3].__u |= 4);
  }
  if (d3) for (f3 = 0; f3 < v3; f3++) !(e3 = r3[f3]) || 2 & e3.__u || (e3.__e == u3 && (u3 = S(e3)), J(e3, e3));
  return u3;
}
function A(n2, t3, r3, u3) {
  var i3, f3, o3, e3;
  if ("function" == typeof n2.type) {
    if (n2.props.__P) return t3;
    if (i3 = n2.__k) for (f3 = 0; f3 < i3.length; f3++) i3[f3] && (i3[f3].__ = n2, t3 = A(i3[f3], t3, r3, false));
    return t3;
  }
  for (t3 && !t3.parentNode && (t3 = S(n2)) && !t3.parentNode && (t3 = null), o3 = n2.__e, e3 = t3; e3 && 8 == e3.nodeType; ) e3 = e3.nextSibling;
  for (o3 != e3 && (!u3 && r3.moveBefore && o3.parentNode ? r3.moveBefore(o3, t3) : r3.insertBefore(o3, t3 || null)), t3 = o3; (t3 = t3 && t3.nextSibling) && 8 == t3.nodeType && !t3.data.startsWith("$s"); ) ;
  return t3;
}
function P(n2, t3, r3, u3) {
  var i3, f3 = n2.key, o3 = n2.type, e3 = t3[r3], l3 = e3 && !(2 & e3.__u);
  if (null === e3 && null == f3 || l3 && f3 == e3.key && o3 == e3.type) return r3;
  if (u3 > (l3 ? 1 : 0)) {
    for (i3 = r3 - 1; i3 >= 0; i3--) if ((e3 = t3[i3]) && !(2 & e3.__u) && f3 == e3.key && o3 == e3.type) return i3;
    for (i3 = r3 + 1; i3 < t3.length; i3++) if ((e3 = t3[i3]) && !(2 & e3.__u) && f3 == e3.key && o3 == e3.type) return i3;
  }
  return -1;
}
function T(n2, t3, r3) {
  null == r3 && (r3 = ""), "-" == t3[0] ? n2.setProperty(t3, r3) : n2[t3] = r3;
}
function N(n2, t3, r3, u3, i3) {
  var f3, o3;
  if ("style" == t3) if ("string" == typeof r3) n2.style.cssText = r3;
  else {
    if ("string" == typeof u3 && (n2.style.cssText = u3 = ""), u3) for (t3 in u3) r3 && t3 in r3 || T(n2.style, t3);
    if (r3) for (t3 in r3) u3 && r3[t3] == u3[t3] || T(n2.style, t3, r3[t3]);
  }
  else if ("o" == t3[0] && "n" == t3[1]) "function" != typeof r3 && (r3 = null), "function" != typeof u3 && (u3 = null), (n2.__e || (n2.__e = {}))[t3] = r3, r3 && u3 || (o3 = a[t3] || (a[t3] = V(t3)), (n2.__a || (n2.__a = {}))[t3] = c, f3 = t3 != (t3 = t3.replace(l, "$1")), (t3 = t3.slice(2))[0] < "a" && (t3 = t3.toLowerCase()), r3 ? n2.addEventListener(t3, o3, f3) : n2.removeEventListener(t3, o3, f3));
  else {
    if ("http://www.w3.org/2000/svg" == i3) t3 = t3.replace(/xlink(H|:h)/, "h").replace(/sName$/, "s");
    else if ("width" != t3 && "height" != t3 && "href" != t3 && "list" != t3 && "form" != t3 && "tabIndex" != t3 && "download" != t3 && "rowSpan" != t3 && "colSpan" != t3 && "role" != t3 && "popover" != t3 && t3 in n2) try {
      return void (n2[t3] = null == r3 ? "" : r3);
    } catch (n3) {
    }
    if ("function" == typeof r3) return;
    null == r3 || false === r3 && "-" != t3[4] ? n2.removeAttribute(t3) : n2.setAttribute(t3, "popover" == t3 && 1 == r3 ? "" : r3);
  }
}
function V(t3) {
  return function(r3) {
    var u3 = this.__e;
    if (u3) {
      if (u3 = u3[t3], null == r3[e]) r3[e] = c++;
      else if (r3[e] < this.__a[t3]) return;
      return u3(n.event ? n.event(r3) : r3);
    }
  };
}
function z(t3, r3, u3, i3, f3, o3, e3, l3, c3, a3) {
  var s3, p3, v3, d3, k3, b, m3, M, C3, j2, L2, H2, q2, A3, O, P2, T3, N2, V2 = r3.type;
  if (r3.constructor !== h) return null;
  128 & u3.__u && (c3 = 32 & u3.__u, s3 = u3.__c.__z) && (r3.__u |= c3, p3 = o3 = [], 8 == s3.nodeType ? l3 = B(s3, o3) : o3.push(s3), l3 = o3[0] || l3), (s3 = n.__b) && s3(r3);
  n: if ("function" == typeof V2) {
    v3 = e3.length;
    try {
      if (M = r3.props, C3 = (s3 = V2.prototype) && s3.render, j2 = (s3 = V2.contextType) && i3[s3.__c], L2 = s3 ? j2 ? j2.props.value : s3.__ : i3, (d3 = u3.__c) ? (r3.__c = d3, 2 & d3.__g && (d3.__g |= 1)) : (C3 ? r3.__c = d3 = new V2(M, L2) : (r3.__c = d3 = new x(M, L2), d3.constructor = V2, d3.render = K), j2 && j2.sub(d3), d3.state || (d3.state = {}), d3.__n = i3, d3.__g |= 8, d3.__h = [], d3.__k = []), C3 && (d3.__s || (d3.__s = d3.state), V2.getDerivedStateFromProps && (d3.__s == d3.state && (d3.__s = _({}, d3.__s)), _(d3.__s, V2.getDerivedStateFromProps(M, d3.__s)))), k3 = d3.props, b = d3.state, d3.__v = r3, u3.__c) {
        if (M !== k3 && C3 && !V2.getDerivedStateFromProps && d3.componentWillReceiveProps && d3.componentWillReceiveProps(M, L2), r3.__v == u3.__v && !(8 & d3.__g) || !(4 & d3.__g) && d3.shouldComponentUpdate && false === d3.shouldComponentUpdate(M, d3.__s, L2)) {
          r3.__v != u3.__v && (d3.props = M, d3.state = d3.__s, d3.__g &= -9), r3.__e = u3.__e, r3.__k = u3.__k, r3.__k.some(function(n2) {
            n2 && (n2.__ = r3);
          }), y.push.apply(d3.__h, d3.__k), d3.__k = [], d3.__h.length && e3.push(d3), l3 = S(u3);
          break n;
        }
        d3.componentWillUpdate && d3.componentWillUpdate(M, d3.__s, L2), C3 && d3.componentDidUpdate && d3.__h.push(function() {
          d3.componentDidUpdate(k3, b, m3);
        });
      } else C3 && !V2.getDerivedStateFromProps && d3.componentWillMount && d3.componentWillMount(), C3 && d3.componentDidMount && d3.__h.push(d3.componentDidMount);
      d3.context = L2, d3.props = M, d3.__P = t3, d3.__g &= -5, H2 = n.__r, q2 = C3 ? 25 : 0;
      do {
        d3.__g &= -9, H2 && H2(r3), s3 = d3.render(d3.props, d3.state = d3.__s, d3.context);
      } while (8 & d3.__g && ++q2 < 25);
      C3 && (y.push.apply(d3.__h, d3.__k), d3.__k = []), d3.state = d3.__s, d3.getChildContext && (i3 = _({}, i3, d3.getChildContext())), C3 && u3.__c && d3.getSnapshotBeforeUpdate && (m3 = d3.getSnapshotBeforeUpdate(k3, b)), A3 = s3 && s3.type === $ && null == s3.key ? s3.props.children : s3, M.__P && (s3 = l3, f3 = (t3 = M.__P).namespaceURI, c3 = o3 = null, u3.props && u3.props.__P != t3 && (u3.__k.some(function(n2) {
        n2 && J(n2, n2);
      }), u3.__k = null), l3 = u3.__k ? S(u3, 0) : null), l3 = I(t3, w(A3) ? A3 : [A3], r3, u3, i3, f3, o3, e3, l3, c3, a3), M.__P && (r3.__e = null, l3 = s3), r3.__u &= -161, p3 && p3.some(g), d3.__h.length && e3.push(d3), 1 & d3.__g && (d3.__g &= -4);
    } catch (t4) {
      if (e3.length = v3, r3.__v = null, c3 || o3) if (t4 && t4.then) {
        if (r3.__u |= 128 | c3, o3) {
          for (~(T3 = o3.indexOf(l3 || void 0)) || (T3 = o3.length); (N2 = o3[T3 - 1]) && 8 == N2.nodeType; ) T3--;
          for (; T3 < o3.length; T3++) if (N2 = o3[T3]) if (o3[T3] = null, O) {
            if (N2 == P2) break;
          } else {
            if (8 != N2.nodeType) break;
            N2.data.startsWith("$s") && (P2 = B(O = N2));
          }
        }
        if (!O) {
          for (; l3 && 8 == l3.nodeType && l3.nextSibling; ) l3 = l3.nextSibling;
          O = l3;
        }
        (s3 = B(O = r3.__c.__z || (r3.__c.__z = O))) ? (r3.__e = O, l3 = s3) : r3.__e = l3, l3 = l3 && l3.nextSibling;
      } else o3 && o3.some(g);
      else r3.__e = u3.__e;
      r3.__k || (r3.__k = u3.__k || []), t4 && t4.then || D(r3), n.__e(t4, r3, u3);
    }
  } else l3 = r3.__e = F(u3.__e, r3, u3, i3, f3, o3, e3, c3, a3, t3);
  return (s3 = n.diffed) && s3(r3), l3;
}
function B(n2, t3) {
  if (n2 && 8 == n2.nodeType && n2.data.startsWith("$s")) for (var r3 = 1; n2 = n2.nextSibling; ) {
    if (8 == n2.nodeType) {
      if (n2.data.startsWith("$s")) r3++;
      else if (n2.data.startsWith("/$s") && !--r3) return n2;
    }
    t3 && t3.push(n2);
  }
}
function D(n2) {
  n2 && (n2.__c && (n2.__c.__g |= 4), n2.__k && n2.__k.some(D));
}
function E(t3, r3, u3) {
  for (var i3 = 0; i3 < u3.length; ) G(u3[i3++], u3[i3++], u3[i3++]);
  n.__c && n.__c(r3, t3), t3.some(function(r4) {
    try {
      t3 = r4.__h, r4.__h = [], t3.some(function(n2) {
        n2.call(r4);
      });
    } catch (t4) {
      n.__e(t4, r4.__v);
    }
  });
}
function F(t3, r3, u3, i3, f3, o3, e3, l3, c3, a3) {
  var s3, h3, y3, _3, k3, b, m3, M, $2 = u3.props || p, x2 = r3.props, C3 = r3.type;
  if ("svg" == C3 ? f3 = "http://www.w3.org/2000/svg" : "math" == C3 ? f3 = "http://www.w3.org/1998/Math/MathML" : f3 || (f3 = "http://www.w3.org/1999/xhtml"), o3) {
    for (s3 = 0; s3 < o3.length; s3++) if ((k3 = o3[s3]) && (C3 ? k3.localName == C3 : 3 == k3.nodeType)) {
      t3 = k3, o3[s3] = null;
      break;
    }
  }
  if (!t3) {
    if (M = a3.ownerDocument || document, !C3) return M.createTextNode(x2);
    t3 = M.createElementNS(f3, C3, x2.is ? x2 : a3), l3 && (n.__m && n.__m(r3, o3), l3 = false), o3 = null;
  }
  if (C3) {
    if (a3 = "template" == C3 && t3.content || t3, o3 = "textarea" == C3 && null != x2.defaultValue ? null : o3 && d.call(a3.childNodes), !l3 && o3) for ($2 = {}, s3 = 0; s3 < t3.attributes.length; s3++) $2[(k3 = t3.attributes[s3]).name] = k3.value;
    for (s3 in $2) k3 = $2[s3], "dangerouslySetInnerHTML" == s3 ? y3 = k3 : "children" == s3 || s3 in x2 || "value" == s3 && "defaultValue" in x2 || "checked" == s3 && "defaultChecked" in x2 || N(t3, s3, null, k3, f3);
    for (s3 in x2) k3 = x2[s3], "children" == s3 ? _3 = k3 : "dangerouslySetInnerHTML" == s3 ? h3 = k3 : "value" == s3 ? b = k3 : "checked" == s3 ? m3 = k3 : l3 && "function" != typeof k3 || $2[s3] === k3 || N(t3, s3, k3, $2[s3], f3);
    h3 ? (l3 || y3 && (h3.__html == y3.__html || h3.__html == t3.innerHTML) || (t3.innerHTML = h3.__html), r3.__k = []) : (y3 && (t3.textContent = ""), ("foreignObject" == C3 || "http://www.w3.org/1998/Math/MathML" == f3 && v.test(C3)) && (f3 = "http://www.w3.org/1999/xhtml"), I(a3, w(_3) ? _3 : [_3], r3, u3, i3, f3, o3, e3, o3 ? o3[0] : u3.__k && S(u3, 0), l3, c3), o3 && o3.some(g)), l3 && "textarea" != C3 || (s3 = "value", "progress" == C3 && null == b ? t3.removeAttribute(s3) : null == b || b === t3[s3] && ("progress" != C3 || b) || N(t3, s3, b, $2[s3], f3), s3 = "checked", null != m3 && m3 != t3[s3] && N(t3, s3, m3, $2[s3], f3));
  } else $2 === x2 || l3 && t3.data == x2 || (t3.data = x2);
  return t3;
}
function G(t3, r3, u3, i3) {
  try {
    "function" == typeof t3 ? r3 ? r3.__x = t3(r3) || 1 : i3 && (i3 = i3.__c || i3.__e) && (r3 = i3.__x) && (i3.__x = null, "function" == typeof r3 ? r3() : t3(null)) : t3.current = r3;
  } catch (t4) {
    n.__e(t4, u3);
  }
}
function J(t3, r3, u3) {
  var i3, f3, o3, e3;
  if (n.unmount && n.unmount(t3), !(i3 = t3.ref) || i3.current && i3.current != t3.__e || G(i3, null, r3, t3), i3 = t3.__c) {
    if (i3.componentWillUnmount) try {
      i3.componentWillUnmount();
    } catch (t4) {
      n.__e(t4, r3);
    }
    i3.__P = i3.__n = null;
  }
  if (i3 = t3.__k) for (e3 = 0; e3 < i3.length; e3++) i3[e3] && J(i3[e3], r3, "function" != typeof t3.type || u3 && !t3.props.__P);
  !u3 && (i3 = t3.__c) && (i3 = i3.__z) && (f3 = B(i3, o3 = [])) && (i3 == t3.__e && o3.some(g), g(f3), g(i3)), u3 || g(t3.__e), t3.__e = t3.__c = t3.__ = null;
}
function K(n2, t3, r3) {
  return this.constructor(n2, r3);
}
function Q(t3, r3) {
  var u3, i3, f3, o3;
  n.__ && n.__(t3, r3), 9 == r3.nodeType && (r3 = r3.documentElement), i3 = (u3 = t3 && 32 & t3.__u) ? null : r3.__k, r3.__k = m($, { children: [t3] }), f3 = [], o3 = [], z(r3, r3.__k, i3 || p, p, r3.namespaceURI, i3 ? null : r3.firstChild ? d.call(r3.childNodes) : null, f3, i3 ? i3.__e : r3.firstChild, u3, o3), E(f3, r3.__k, o3), r3.__k.props.children = null;
}
n = { __e: function(n2, t3, r3, u3) {
  for (var i3, o3, e3; t3 = t3.__; ) if ((i3 = t3.__c) && !(1 & i3.__g)) {
    i3.__g |= 4;
    try {
      if ((e3 = (o3 = i3.constructor) && o3.getDerivedStateFromError) && i3.setState(o3.getDerivedStateFromError(n2)), i3.componentDidCatch && (i3.componentDidCatch(n2, u3 || {}), e3 = 1), e3 && 8 & i3.__g) return void (i3.__g |= 2);
    } catch (t4) {
      n2 = t4;
    }
  }
  throw f = 0, n2;
} }, t = 0, r = function(n2) {
  return null != n2 && n2.constructor === h;
}, x.prototype.setState = function(n2, t3) {
  var r3 = this.__s;
  r3 && r3 != this.state || (r3 = this.__s = _({}, this.state)), "function" == typeof n2 && (n2 = n2(_({}, r3), this.props)), n2 && (_(r3, n2), this.__v && (t3 && this.__k.push(t3), L(this)));
}, x.prototype.forceUpdate = function(n2) {
  this.__v && (this.__g |= 4, n2 && this.__h.push(n2), L(this));
}, x.prototype.render = $, u = [], f = 0, o = function(n2, t3) {
  return n2.__v.__b - t3.__v.__b;
}, e = /* @__PURE__ */ Symbol(), l = /(PointerCapture)$|Capture$/i, c = 0, a = {}, s = 0;

// lib/shortcuts.js
var HELD_BACK = /* @__PURE__ */ new Set(["enter", "z", "y", "a", "x", "c", "v", "d", "m", "backspace", "delete", " "]);
function passes(press) {
  if (press.key === "F5" || press.key === "F11" || press.key === "F12") return true;
  return (press.ctrlKey || press.metaKey) && !HELD_BACK.has(press.key.toLowerCase()) && !press.key.startsWith("Arrow");
}

// lib/root.js
function openRoot({ model, el, signal }, classes, name) {
  const ends = new AbortController();
  signal?.addEventListener("abort", () => ends.abort());
  const root = document.createElement("div");
  root.className = classes;
  root.tabIndex = -1;
  root.setAttribute("role", "application");
  root.setAttribute("aria-label", name);
  root.dataset.lmSuppressShortcuts = "true";
  root.style.height = `${model.get("height")}px`;
  el.append(root);
  const close2 = () => {
    ends.abort();
    Q(null, root);
    root.remove();
  };
  return { root, signal: ends.signal, close: close2 };
}
function keepKeys(root, onKey3 = () => void 0) {
  root.addEventListener("keydown", (event) => {
    if (passes(event)) return letThrough(root);
    event.stopPropagation();
    onKey3(event);
  });
}
function letThrough(root) {
  root.removeAttribute("data-lm-suppress-shortcuts");
  setTimeout(() => root.setAttribute("data-lm-suppress-shortcuts", "true"), 0);
}

// lib/watching.js
function message(error) {
  return error instanceof Error ? error.message : String(error);
}
function hear(model, signal, traits) {
  for (const [name, told] of Object.entries(traits)) {
    const tell = () => told(model.get(name));
    model.on(`change:${name}`, tell);
    signal.addEventListener("abort", () => model.off(`change:${name}`, tell));
  }
}

// lib/label/counts.js
var Counts = class _Counts {
  /** @param {CountRow[]} rows */
  constructor(rows = []) {
    this.rows = /* @__PURE__ */ new Map();
    for (const [label, skipped, split, samples] of rows) this.#add(label, skipped, split, samples);
  }
  /** The counts after some changes. @param {Iterable<{before: Decision, after: Decision, split: string | null}>} changes */
  after(changes) {
    const next = new _Counts([...this.rows.values()]);
    for (const { before, after, split } of changes) {
      next.#add(before.label, before.skipped, split, -1);
      next.#add(after.label, after.skipped, split, 1);
    }
    return next;
  }
  /** How many samples match. @param {Partial<Where>} [where] */
  total(where = {}) {
    let sum = 0;
    for (const row of this.rows.values()) if (matches(row, where)) sum += row[3];
    return sum;
  }
  /** Of each label, how many samples match; null stands for none. @param {Partial<Where>} [where] */
  byLabel(where = {}) {
    const sums = /* @__PURE__ */ new Map();
    for (const row of this.rows.values()) {
      if (matches(row, where)) sums.set(row[0], (sums.get(row[0]) ?? 0) + row[3]);
    }
    return sums;
  }
  /** @param {number | null} label @param {boolean} skipped @param {string | null} split @param {number} samples */
  #add(label, skipped, split, samples) {
    const key = `${label}|${skipped}|${split}`;
    const row = this.rows.get(key) ?? [label, skipped, split, 0];
    this.rows.set(key, [label, skipped, split, row[3] + samples]);
  }
};
function matches([label, skipped, split], where) {
  if (where.state === "labeled" && label === null) return false;
  if (where.state === "unlabeled" && (label !== null || skipped)) return false;
  if (where.state === "skipped" && !skipped) return false;
  if (where.label !== void 0 && where.label !== null && label !== where.label) return false;
  if (where.split && (where.split === "none" ? split !== null : split !== where.split)) return false;
  return true;
}

// lib/label/where.js
var EVERYTHING = { state: "all", label: null, split: null, annotator: null, search: "" };
function countable(where) {
  const { search: search2, annotator, ids, answered: answered2, agreement = "any", predicted: predicted2 = null, lowest = null, highest = null } = where;
  return !search2 && annotator === null && !ids && !answered2 && agreement === "any" && predicted2 === null && lowest === null && highest === null;
}
function uncountable({ search: search2, annotator, ids = null, answered: answered2 = false, agreement = "any", predicted: predicted2 = null, lowest = null, highest = null }) {
  return { state: "all", label: null, split: null, annotator, search: search2, ids, answered: answered2, agreement, predicted: predicted2, lowest, highest };
}

// lib/label/browsing.js
async function goHome(desk) {
  desk.set({ view: "home", themes: desk.state.themes, dialog: null, notice: null });
  try {
    const { value } = await desk.link.call("themes");
    desk.set({ themes: value });
  } catch (error) {
    desk.complain(error);
  }
}
async function openTheme(desk, theme) {
  const { state } = desk;
  desk.thumbs.clear();
  desk.pictures.clear();
  desk.items.clear();
  desk.acts = [];
  const chosen = theme === desk.model.get("config").theme ? state.chosen : null;
  const sort = desk.recall(sortName(desk, theme), desk.gallery ? "score" : "id");
  const where = { ...EVERYTHING, ids: chosen?.ids ?? null, answered: onlyAnswered(desk, sort) };
  desk.set({ loading: true, where, sort, scope: null, selection: state.selection.none(), focus: null, team: null });
  try {
    const answer2 = await desk.link.call("open", { theme, where, sort, offset: 0, limit: state.pageSize, side: side(desk) });
    const { value } = answer2;
    desk.mark = { since: value.counts.since, newest: value.counts.newest, seen: new Set(value.counts.seen) };
    desk.review = value.review ?? null;
    desk.set({
      theme: value.theme,
      labels: value.labels,
      counts: new Counts(value.counts.rows),
      annotators: value.counts.annotators,
      answers: value.counts.answers ?? [],
      view: state.browse,
      fatal: null
    });
    takePage(desk, answer2);
    desk.openJournal(theme);
    if (!countable(where)) refreshCounts(desk);
  } catch (error) {
    desk.set({ loading: false });
    desk.complain(error);
  }
}
function narrow(desk, where, how = {}) {
  const { state } = desk;
  const counted = JSON.stringify(uncountable(state.where));
  state.where = { ...state.where, ...where };
  if (how.sort) {
    state.sort = how.sort;
    if (state.theme) desk.remember(sortName(desk, state.theme.id), how.sort);
  }
  if (how.pageSize) {
    state.pageSize = how.pageSize;
    desk.remember("pageSize", how.pageSize);
  }
  state.where.answered = onlyAnswered(desk, state.sort);
  if (JSON.stringify(uncountable(state.where)) !== counted) state.scope = null;
  state.selection = state.selection.none();
  if (state.view === "focus") desk.set({ view: state.browse, focus: null });
  if (!countable(state.where) || desk.review) refreshCounts(desk);
  return load(desk, 0);
}
function showChosen(desk, only) {
  return narrow(desk, { ...EVERYTHING, ids: only ? desk.state.chosen?.ids ?? null : null });
}
function onlyAnswered(desk, sort) {
  return desk.gallery || sort === "score" || sort === "-score";
}
function sortName(desk, theme) {
  return `${theme}/sort${desk.gallery ? "/gallery" : ""}`;
}
var LONG = 2e4;
async function load(desk, offset, how = {}) {
  const { state } = desk;
  const { theme } = state;
  if (!theme) return;
  desk.latestLoad += 1;
  const load2 = desk.latestLoad;
  const mine = () => load2 === desk.latestLoad && state.theme?.id === theme.id;
  if (!how.quiet) desk.set({ loading: true });
  try {
    const answer2 = await desk.link.call("browse", {
      theme: theme.id,
      where: state.where,
      sort: state.sort,
      offset: Math.max(0, offset),
      limit: state.pageSize,
      side: side(desk),
      known: how.quiet ? desk.thumbs.known(state.ids) : []
    });
    if (mine()) takePage(desk, answer2, how);
  } catch (error) {
    if (mine()) desk.set({ loading: false });
    desk.complain(error);
  }
}
async function reload(desk, how = {}) {
  if (desk.state.loading) return;
  await load(desk, desk.state.offset, { again: true, ...how });
}
function turnPage(desk, by) {
  const { state } = desk;
  const offset = state.offset + by * state.pageSize;
  if (offset < 0 || offset >= state.total) return;
  load(desk, offset);
}
async function refreshCounts(desk) {
  const { state } = desk;
  const { theme } = state;
  if (!theme || desk.counting) return;
  desk.counting = true;
  const asked = state.where;
  const where = countable(asked) ? null : uncountable(asked);
  try {
    const { value } = await desk.link.call("counts", { theme: theme.id, where, review: asked });
    if (state.theme?.id !== theme.id) return;
    desk.mark = { since: value.since, newest: value.newest, seen: /* @__PURE__ */ new Set([...desk.mark.seen, ...value.seen]) };
    const scope = value.matching ? new Counts(value.matching) : null;
    desk.set({ counts: new Counts(value.rows), annotators: value.annotators, answers: value.answers ?? [], scope });
  } catch (error) {
    desk.complain(error);
  } finally {
    desk.counting = false;
  }
  if (state.where !== asked && (!countable(state.where) || desk.review)) refreshCounts(desk);
}
function side(desk) {
  return Math.round(desk.state.size * Math.min(window.devicePixelRatio, 2));
}
function takeItems(desk, items, answer2) {
  for (const item of items) {
    const known = desk.items.get(item.id);
    if (known?.second && desk.state.focus?.queue) continue;
    desk.items.set(item.id, known && desk.outbox?.concerns(item.id) ? { ...item, label: known.label, skipped: known.skipped } : item);
  }
  const { sheet } = answer2.value;
  if (!sheet) return;
  desk.thumbs.add(sheet, answer2.buffers[0]).catch((error) => desk.complain(error));
  if (sheet.left.length > 0 && !desk.state.focus) fetchSheet(desk, sheet.left);
}
async function fetchSheet(desk, ids) {
  try {
    const answer2 = await desk.link.call("sheet", { ids, side: side(desk) });
    if (desk.state.ids.includes(ids[0])) takeItems(desk, [], answer2);
  } catch (error) {
    desk.complain(error);
  }
}
function takePage(desk, answer2, how = {}) {
  const { state } = desk;
  const { items, offset, total } = answer2.value.page;
  const ids = items.map((item) => item.id);
  takeItems(desk, items, answer2);
  const onto = how.onto === void 0 ? -1 : ids.indexOf(how.onto);
  const there = how.again ? stillAt(state.ids, state.cursor, ids) : Math.max(0, Math.min(how.cursor ?? 0, ids.length - 1));
  const selection = state.selection.matching === null ? state.selection : state.selection.everything(total);
  if (onto >= 0) desk.showCursor = true;
  desk.set({ ids, offset, total, loading: false, cursor: onto >= 0 ? onto : there, selection });
  forgetItems(desk);
  if (desk.countsNow().total() > LONG && total > state.pageSize) survey(desk);
}
function stillAt(before, cursor, now) {
  const next = before.slice(cursor).find((id) => now.includes(id));
  return next === void 0 ? Math.max(0, Math.min(cursor, now.length - 1)) : now.indexOf(next);
}
async function survey(desk) {
  const { theme, where, sort } = desk.state;
  const params = { theme: theme?.id, where, sort };
  const name = JSON.stringify(params);
  if (name === desk.surveyed || desk.review) return;
  desk.surveyed = name;
  try {
    while (name === desk.surveyed && !desk.signal.aborted && !(await desk.link.call("survey", params)).value.known) {
      await new Promise((done) => setTimeout(done, 20));
    }
  } catch {
    desk.surveyed = "";
  }
}
var MOST_ITEMS = 6e3;
function forgetItems(desk) {
  if (desk.items.size < MOST_ITEMS) return;
  const { ids, focus, selection } = desk.state;
  const kept = /* @__PURE__ */ new Set([...ids, ...focus?.ids ?? [], ...selection.ids]);
  for (const id of desk.items.keys()) if (!kept.has(id) && !desk.outbox?.concerns(id)) desk.items.delete(id);
}

// lib/link.js
var OVERDUE_MS = 1500;
var AGAIN_MS = 1e4;
var FIRST_AGAIN_MS = 1500;
var Link = class {
  /**
   * @param {Model} model
   * @param {AbortSignal} signal Ends the link.
   * @param {{onHealth?: (health: Health) => void, lead?: () => {method: string, params: any} | null, pause?: () => number, onLead?: (answer: Answer) => void, onLeadFailed?: (error: Error) => void}} [hooks]
   *   `lead` is asked for one call to put before all others whenever a message leaves; `onLead` gets its answer.
   *   `pause` says how many milliseconds to wait after an answer, so that the next message carries more.
   */
  constructor(model, signal, hooks = {}) {
    this.model = model;
    this.hooks = hooks;
    this.view = crypto.getRandomValues(new Uint32Array(2)).join("-");
    this.queue = [];
    this.flight = null;
    this.serial = 0;
    this.calls = 0;
    this.health = "live";
    this.overdue = 0;
    this.pausing = 0;
    this.closed = false;
    const receive = (content, buffers) => this.#receive(content, buffers);
    const lose = () => this.#lose();
    model.on("msg:custom", receive);
    model.on("comm_live_update", lose);
    signal.addEventListener("abort", () => {
      this.closed = true;
      clearTimeout(this.overdue);
      clearTimeout(this.pausing);
      model.off("msg:custom", receive);
      model.off("comm_live_update", lose);
    });
  }
  /**
   * Ask the kernel. Rejects with an Error whose message can be shown when the kernel refuses.
   * @param {string} method @param {any} [params] @param {ArrayBuffer[]} [buffers] @returns {Promise<Answer>}
   */
  call(method, params = {}, buffers = []) {
    return new Promise((done, failed) => {
      this.calls += 1;
      this.queue.push({ id: this.calls, method, params, buffers, done, failed });
      this.wake();
    });
  }
  /** Send what waits, unless a message is under way. Callers in one turn of the event loop share the message. */
  wake() {
    if (this.waking || this.pausing || this.flight || this.closed || this.health === "lost") return;
    this.waking = true;
    queueMicrotask(() => {
      this.waking = false;
      if (!this.flight && !this.closed && this.health !== "lost") this.#send();
    });
  }
  /** Send what waits now, rather than at the end of this turn: what a person waits for goes ahead of what it causes. */
  hurry() {
    if (this.pausing || this.flight || this.closed || this.health === "lost") return;
    this.#send();
  }
  #send() {
    const lead = this.hooks.lead?.() ?? null;
    const calls = this.queue.splice(0);
    if (!lead && calls.length === 0) return;
    this.serial += 1;
    this.flight = { serial: this.serial, calls, lead: lead !== null, at: performance.now() };
    const buffers = [];
    const listed = calls.map((call) => {
      const first = buffers.push(...call.buffers) - call.buffers.length;
      return { id: call.id, method: call.method, params: call.params, buffers: [first, call.buffers.length] };
    });
    if (lead) listed.unshift({ id: 0, method: lead.method, params: lead.params, buffers: [0, 0] });
    this.model.send({ view: this.view, serial: this.serial, calls: listed }, void 0, buffers);
    this.#watch();
  }
  /**
   * Say so when an answer is overdue; after a long while send again: the kernel takes each act once.
   *
   * The first message is sent again sooner. It may have left before JupyterLab had its thread for widgets, and then
   * waits behind the cells; the second goes to that thread.
   */
  #watch() {
    clearTimeout(this.overdue);
    const again = this.serial === 1 ? FIRST_AGAIN_MS : AGAIN_MS;
    this.overdue = setTimeout(() => {
      this.#turn("busy");
      this.overdue = setTimeout(() => {
        const flight = this.flight;
        if (!flight || this.closed) return;
        this.flight = null;
        this.queue.unshift(...flight.calls);
        this.wake();
      }, again);
    }, OVERDUE_MS);
  }
  /** @param {any} content @param {DataView[]} buffers */
  #receive(content, buffers) {
    if (content?.view !== this.view) return;
    clearTimeout(this.overdue);
    this.#turn("live");
    const flight = this.flight;
    if (!flight || content.serial !== flight.serial) return;
    this.flight = null;
    const results = new Map(content.results.map((result) => [result.id, result]));
    const answer2 = ({ value, buffers: [first, count2] }) => ({ value, buffers: buffers.slice(first, first + count2) });
    if (flight.lead) {
      const result = results.get(0);
      if (result.error === void 0) this.hooks.onLead?.(answer2(result));
      else this.hooks.onLeadFailed?.(new Error(result.error));
    }
    for (const call of flight.calls) {
      const result = results.get(call.id);
      if (result.error === void 0) call.done(answer2(result));
      else call.failed(new Error(result.error));
    }
    const pause = this.hooks.pause?.() ?? 0;
    if (pause === 0 || this.closed) return this.wake();
    this.pausing = setTimeout(() => {
      this.pausing = 0;
      this.wake();
    }, pause);
  }
  #lose() {
    clearTimeout(this.overdue);
    this.flight = null;
    this.#turn("lost");
  }
  /** @param {Health} health */
  #turn(health) {
    if (this.health === health || this.closed) return;
    this.health = health;
    this.hooks.onHealth?.(health);
  }
};

// lib/label/following.js
var REMEMBERED = 5e3;
function apply(desk, news) {
  const { mark, state } = desk;
  if (news.labels && JSON.stringify(news.labels) !== JSON.stringify(state.labels)) desk.set({ labels: news.labels });
  if (!news.whole) {
    mark.since = news.since;
    mark.newest = news.newest;
    refreshCounts(desk);
    if (state.view !== "focus") reload(desk, { quiet: true });
    return;
  }
  const fresh = news.changes.filter((change) => !mark.seen.has(
    /** @type {any} */
    change.id
  ));
  for (const change of fresh) {
    mark.seen.add(
      /** @type {any} */
      change.id
    );
    const item = desk.items.get(change.sample);
    if (!item || item.second || desk.outbox?.concerns(change.sample)) continue;
    const decided2 = change.after.label !== null || change.after.skipped;
    desk.items.set(change.sample, {
      ...item,
      ...change.after,
      annotator: decided2 ? change.annotator : null,
      at: decided2 ? change.at : null
    });
  }
  if (mark.seen.size > REMEMBERED) mark.seen = new Set([...mark.seen].slice(-REMEMBERED / 2));
  mark.since = news.since;
  mark.newest = news.newest;
  if (fresh.length > 0) {
    state.counts = state.counts.after(fresh);
    if (!countable(state.where) && state.scope) {
      const listed = new Set(state.focus?.ids ?? state.ids);
      state.scope = state.scope.after(fresh.filter((change) => listed.has(change.sample)));
      if (state.where.annotator !== null) refreshCounts(desk);
    }
    const names = /* @__PURE__ */ new Set([...state.annotators, ...fresh.map((change) => change.annotator)]);
    if (names.size > state.annotators.length) state.annotators = [...names].sort();
    desk.changedBeside();
  }
}
function poll(desk) {
  const { state, link } = desk;
  if (state.health === "busy") desk.changed();
  if (!state.theme || state.view === "home" || document.hidden || link.flight || state.health === "lost") return;
  link.call("changes", { theme: state.theme.id, since: desk.mark.since, newest: desk.mark.newest }).then(({ value }) => {
    apply(desk, value);
    desk.answered();
  }).catch(() => {
  });
}

// lib/format.js
var WHOLE = new Intl.NumberFormat("en-US");
function number(value) {
  return WHOLE.format(Math.round(value));
}
function plural(count2, one, many = `${one}s`) {
  return `${number(count2)} ${count2 === 1 ? one : many}`;
}
function duration(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  return minutes < 6e3 ? `${Math.floor(minutes / 60)}h ${minutes % 60}m` : `${number(minutes / 1440)} days`;
}
function bytes(value) {
  if (value < 1e3) return `${value} B`;
  const units = ["kB", "MB", "GB"];
  let size = value / 1e3;
  let unit = 0;
  while (size >= 1e3 && unit < units.length - 1) {
    size /= 1e3;
    unit += 1;
  }
  return `${size.toFixed(size < 10 ? 1 : 0)} ${units[unit]}`;
}
function moment(iso, today = /* @__PURE__ */ new Date()) {
  if (!iso) return "";
  const at = new Date(iso);
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === today.toDateString()) return time;
  const year = at.getFullYear() === today.getFullYear() ? void 0 : "numeric";
  return `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year })} ${time}`;
}
function share(score) {
  return `${Math.round(score * 100)} %`;
}
function percent(part, whole) {
  if (whole <= 0) return 0;
  return part >= whole ? 100 : Math.min(99, Math.round(100 * part / whole));
}

// lib/label/health.js
function healthWords(desk) {
  const { waiting } = desk;
  const wait = waiting > 0 ? `${number(waiting)} waiting` : "saved";
  switch (desk.state.health) {
    case "lost":
      return `${wait} · the kernel was restarted: run the cell again${waiting > 0 ? " and they are saved" : ""}`;
    case "busy": {
      const seconds = Math.round((Date.now() - desk.state.since) / 1e3);
      return seconds > 20 ? `${wait} · no answer from the kernel for ${seconds} s; it goes on when the kernel is back` : `${wait} · kernel busy`;
    }
    default:
      return wait;
  }
}
function tellHealth(desk) {
  const words = desk.root?.querySelector("[data-health]")?.firstChild;
  if (!(words instanceof Text)) return;
  const said = healthWords(desk);
  if (words.data !== said) words.data = said;
}

// lib/label/journal.js
var counter = 0;
function newKey() {
  counter += 1;
  const random = crypto.getRandomValues(new Uint32Array(2));
  return `${Date.now().toString(36)}-${counter}-${random[0].toString(36)}${random[1].toString(36)}`;
}
function browserShelf() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
var Journal = class {
  /** @param {Shelf | null} shelf null keeps nothing. @param {string} place Names the store and theme that the entries belong to. */
  constructor(shelf, place) {
    this.shelf = shelf;
    this.prefix = `workbench/journal/${place}/`;
    this.safe = shelf !== null;
  }
  /** @param {Entry} entry */
  add(entry) {
    try {
      this.shelf?.setItem(this.prefix + entry.key, JSON.stringify(entry));
    } catch {
      this.safe = false;
    }
  }
  /** @param {string} key */
  remove(key) {
    this.shelf?.removeItem(this.prefix + key);
  }
  /** All entries in the order in which they were made; unreadable ones are passed over. @returns {Entry[]} */
  entries() {
    const found = [];
    if (!this.shelf) return found;
    for (let index = 0; index < this.shelf.length; index += 1) {
      const name = this.shelf.key(index);
      if (!name?.startsWith(this.prefix)) continue;
      try {
        found.push(JSON.parse(this.shelf.getItem(name) ?? ""));
      } catch {
      }
    }
    return found.sort((a3, b) => a3.order - b.order || (a3.key < b.key ? -1 : 1));
  }
};

// lib/label/outbox.js
var MOST_PER_MESSAGE = 200;
var Outbox = class {
  /** @param {Journal} journal @param {(size: number) => void} [onSize] Called when more or fewer acts wait. */
  constructor(journal, onSize = () => void 0) {
    this.journal = journal;
    this.onSize = onSize;
    this.waiting = new Map(journal.entries().map((entry) => [entry.key, entry]));
    this.samples = /* @__PURE__ */ new Map();
    for (const entry of this.waiting.values()) this.#count(entry, 1);
  }
  get size() {
    return this.waiting.size;
  }
  /** @param {Entry} entry */
  add(entry) {
    this.waiting.set(entry.key, entry);
    this.#count(entry, 1);
    this.journal.add(entry);
    this.onSize(this.size);
  }
  /** The next acts to send; they stay until settled. @returns {Entry[]} */
  next() {
    const batch = [];
    for (const entry of this.waiting.values()) {
      batch.push(entry);
      if (batch.length === MOST_PER_MESSAGE) break;
    }
    return batch;
  }
  /** Strike out what the kernel has answered. @param {Outcome[]} outcomes @returns {[Entry, Outcome][]} */
  settle(outcomes) {
    const settled = [];
    for (const outcome of outcomes) {
      const entry = this.waiting.get(outcome.key);
      if (!entry) continue;
      this.waiting.delete(outcome.key);
      this.#count(entry, -1);
      this.journal.remove(outcome.key);
      settled.push([entry, outcome]);
    }
    if (settled.length > 0) this.onSize(this.size);
    return settled;
  }
  /** Whether an act that speaks of this sample still waits. @param {number} sample */
  concerns(sample) {
    return this.samples.has(sample);
  }
  /** The waiting decisions as changes, for the counts. @returns {{before: Decision, after: Decision, split: string | null}[]} */
  changes() {
    const found = [];
    for (const entry of this.waiting.values()) {
      if (entry.kind === "decide" && entry.seen && entry.to) {
        found.push({ before: entry.seen, after: entry.to, split: entry.split ?? null });
      }
    }
    return found;
  }
  /** @param {Entry} entry @param {number} by */
  #count(entry, by) {
    for (const sample of entry.sample === void 0 ? entry.ids ?? [] : [entry.sample]) {
      const now = (this.samples.get(sample) ?? 0) + by;
      if (now > 0) this.samples.set(sample, now);
      else this.samples.delete(sample);
    }
  }
};

// lib/label/outboxes.js
var Outboxes = class {
  /** @param {(theme: number) => Journal} journal Where the acts of a theme are kept. @param {(size: number) => void} [onSize] Called when more or fewer acts wait. */
  constructor(journal, onSize = () => void 0) {
    this.journal = journal;
    this.onSize = onSize;
    this.boxes = /* @__PURE__ */ new Map();
  }
  /** How many acts wait, whatever their theme. */
  get size() {
    let size = 0;
    for (const box of this.boxes.values()) size += box.size;
    return size;
  }
  /** The outbox of a theme, with what an earlier view of it could not send. @param {number} theme @returns {Outbox} */
  open(theme) {
    const box = this.boxes.get(theme) ?? new Outbox(this.journal(theme), () => this.onSize(this.size));
    this.boxes.set(theme, box);
    this.onSize(this.size);
    return box;
  }
  /** The next acts to send, all of one theme: of this one if any of its acts wait. @param {number | undefined} theme @returns {{theme: number, entries: Entry[]} | null} */
  next(theme) {
    const first = [...this.boxes].sort(([a3], [b]) => Number(b === theme) - Number(a3 === theme));
    const [found] = first.filter(([, box]) => box.size > 0);
    return found ? { theme: found[0], entries: found[1].next() } : null;
  }
  /** Strike out what the kernel has answered. @param {number} theme @param {Outcome[]} outcomes @returns {[Entry, Outcome][]} */
  settle(theme, outcomes) {
    return this.boxes.get(theme)?.settle(outcomes) ?? [];
  }
};

// lib/label/pictures.js
var MOST_BYTES = 96e6;
var AHEAD_BYTES = 6e6;
var MOST_AHEAD = 256;
var BEHIND = 3;
var SMALL_BYTES = 5e4;
var MOST_AT_ONCE = 128;
var Pictures = class {
  /** @param {Link} link @param {(id: number) => void} onChange Called when an image can be shown, or cannot be. */
  constructor(link, onChange) {
    this.link = link;
    this.onChange = onChange;
    this.pictures = /* @__PURE__ */ new Map();
    this.bytes = 0;
    this.fetched = 0;
    this.fetchedBytes = 0;
    this.asking = false;
    this.wanted = [];
  }
  /** @param {number} id @returns {Picture | undefined} */
  get(id) {
    return this.pictures.get(id);
  }
  /** How many images to fetch ahead. */
  get ahead() {
    const mean = this.fetched > 0 ? this.fetchedBytes / this.fetched : 1e5;
    return Math.max(6, Math.min(MOST_AHEAD, Math.floor(AHEAD_BYTES / Math.max(mean, 1))));
  }
  /** Fetch what a person will see next. @param {number[]} ids The sequence. @param {number} index Where the person is. */
  follow(ids, index) {
    const next = ids.slice(index, index + this.ahead + 1);
    const before = ids.slice(Math.max(0, index - BEHIND), index);
    this.wanted = [...next, ...before].filter((id) => !this.pictures.has(id));
    const nearby = /* @__PURE__ */ new Set([...next, ...before]);
    if (this.bytes > MOST_BYTES || this.pictures.size > 600) this.#forget(nearby);
    const near = next.slice(0, Math.ceil(next.length * 0.8));
    if (near.some((id) => !this.pictures.has(id)) || next.length <= this.ahead) this.#ask();
  }
  clear() {
    this.wanted = [];
    this.#forget(/* @__PURE__ */ new Set());
  }
  #ask() {
    if (this.asking || this.wanted.length === 0) return;
    const ids = this.wanted.slice(0, this.fetched > 0 ? MOST_AT_ONCE : 8);
    this.asking = true;
    this.link.call("pictures", { ids }).then(({ value, buffers }) => {
      this.asking = false;
      for (const [index, told] of value.pictures.entries()) this.#take(told, buffers[index]);
      this.wanted = this.wanted.filter((id) => !this.pictures.has(id));
      this.#ask();
    }).catch(() => {
      this.asking = false;
    });
  }
  /** @param {{id: number, type?: string, error?: string}} told @param {DataView} content */
  #take(told, content) {
    const picture = { image: null, error: told.error ?? "", url: "", bytes: content.byteLength };
    this.pictures.set(told.id, picture);
    this.bytes += picture.bytes;
    if (picture.error) {
      this.onChange(told.id);
      return;
    }
    this.fetched += 1;
    this.fetchedBytes += picture.bytes;
    const image = new Image();
    image.draggable = false;
    image.alt = "";
    const small = content.byteLength < SMALL_BYTES;
    if (small) image.decoding = "sync";
    else picture.url = URL.createObjectURL(new Blob([
      /** @type {any} */
      content
    ], { type: told.type }));
    image.src = small ? `data:${told.type};base64,${base64(content)}` : picture.url;
    (small ? loaded(image) : image.decode()).then(
      () => {
        picture.image = image;
        this.onChange(told.id);
      },
      () => {
        picture.error = "The browser cannot show this image.";
        this.onChange(told.id);
      }
    );
  }
  /** @param {Set<number>} kept */
  #forget(kept) {
    for (const [id, picture] of this.pictures) {
      if (kept.has(id)) continue;
      if (picture.url) URL.revokeObjectURL(picture.url);
      this.bytes -= picture.bytes;
      this.pictures.delete(id);
    }
  }
};
function base64(content) {
  const bytes2 = new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  let text = "";
  for (let at = 0; at < bytes2.length; at += 8192) text += String.fromCharCode(...bytes2.subarray(at, at + 8192));
  return btoa(text);
}
function loaded(image) {
  return new Promise((done, failed) => {
    image.onload = () => done();
    image.onerror = () => failed(new Error("The browser cannot show this image."));
  });
}

// lib/label/viewport.js
var LARGEST = 64;
function fitted(image, frame) {
  const fit = Math.min(frame.width / image.width, frame.height / image.height);
  const scale = fit >= 1 ? Math.min(LARGEST, Math.floor(fit)) : Math.max(fit, 1e-3);
  return centered(image, frame, scale);
}
function centered(image, frame, scale) {
  return {
    scale,
    x: Math.round((frame.width - image.width * scale) / 2),
    y: Math.round((frame.height - image.height * scale) / 2)
  };
}
function zoomed(view, factor, point, image, frame) {
  const smallest = Math.min(1, fitted(image, frame).scale);
  const scale = Math.min(LARGEST, Math.max(smallest, view.scale * factor));
  const ratio = scale / view.scale;
  return panned({ scale, x: point.x - (point.x - view.x) * ratio, y: point.y - (point.y - view.y) * ratio }, 0, 0, image, frame);
}
function panned(view, dx, dy, image, frame) {
  const middle = centered(image, frame, view.scale);
  const held = (at, length, room, center) => length <= room ? center : Math.min(0, Math.max(room - length, at));
  return {
    scale: view.scale,
    x: held(view.x + dx, image.width * view.scale, frame.width, middle.x),
    y: held(view.y + dy, image.height * view.scale, frame.height, middle.y)
  };
}
function crisp(scale) {
  return scale >= 1.5;
}

// lib/label/wording.js
var ON_BOXES = "Its labels are on boxes: draw them in notebooks/01_label_boxes.ipynb.";
function decisionName(desk, item) {
  if (item.label !== null) return desk.label(item.label)?.name ?? "deleted label";
  return item.skipped ? "skipped" : "unlabeled";
}

// lib/label/presenting.js
function presentId(desk) {
  const { focus } = desk.state;
  return focus?.ids[focus.index];
}
function presented(desk) {
  const { focus } = desk.state;
  const id = presentId(desk);
  const image = id === void 0 ? null : desk.pictures.get(id)?.image;
  if (!focus || !image || !desk.frame) return null;
  const size = { width: image.naturalWidth, height: image.naturalHeight };
  return { image, size, view: focus.viewport ?? fitted(size, desk.frame) };
}
function painted(desk) {
  const image = presented(desk)?.image;
  return image !== void 0 && image.isConnected && desk.stage?.dataset.sample === String(presentId(desk));
}
function arrived(desk, id) {
  if (id !== presentId(desk)) return;
  present(desk);
  desk.changed();
}
function present(desk) {
  const { stage } = desk;
  const holder = stage?.querySelector(".wb-holder");
  if (!stage || !holder) return;
  const id = presentId(desk);
  const item = id === void 0 ? void 0 : desk.items.get(id);
  stage.setAttribute("aria-label", item ? `${item.name}, ${decisionName(desk, item)}` : "No image");
  if (id === void 0) delete stage.dataset.sample;
  else stage.dataset.sample = String(id);
  const shown = presented(desk);
  if (!shown) {
    holder.replaceChildren();
    return;
  }
  const { image, size, view } = shown;
  image.className = crisp(view.scale) ? "wb-crisp" : "";
  image.style.cssText = `position:absolute;transform-origin:0 0;transform:translate(${view.x}px,${view.y}px);width:${size.width * view.scale}px;height:${size.height * view.scale}px`;
  if (holder.firstChild !== image) holder.replaceChildren(image);
}

// lib/label/selection.js
var Selection = class _Selection {
  /**
   * @param {ReadonlySet<number>} ids
   * @param {number | null} anchor Where a Shift-range begins.
   * @param {number | null} matching How many match the filter, when all of them are selected.
   * @param {boolean} clicked Whether a plain click came to one image: where the cursor goes, it does not stay behind.
   */
  constructor(ids = /* @__PURE__ */ new Set(), anchor = null, matching = null, clicked = false) {
    this.ids = ids;
    this.anchor = anchor;
    this.matching = matching;
    this.clicked = clicked;
  }
  get size() {
    return this.matching ?? this.ids.size;
  }
  /** @param {number} id */
  has(id) {
    return this.matching !== null || this.ids.has(id);
  }
  /** Select one alone. @param {number} id @param {boolean} [clicked] */
  only(id, clicked = false) {
    return new _Selection(/* @__PURE__ */ new Set([id]), id, null, clicked);
  }
  /** Select one more, or one less; where everything was selected, the others of the page stay so. @param {number} id @param {readonly number[]} page */
  toggle(id, page) {
    const ids = new Set(this.matching === null ? this.ids : page);
    if (!ids.delete(id)) ids.add(id);
    return new _Selection(ids, ids.size > 0 ? id : null);
  }
  /**
   * Select from the anchor to here, in the order of the page; with `keep`, beside what was selected.
   * @param {number} id @param {readonly number[]} page @param {boolean} [keep]
   */
  range(id, page, keep = false) {
    const from = this.anchor === null ? -1 : page.indexOf(this.anchor);
    const to = page.indexOf(id);
    if (from < 0 || to < 0) return keep ? new _Selection(/* @__PURE__ */ new Set([...this.ids, id]), id) : this.only(id);
    const between = page.slice(Math.min(from, to), Math.max(from, to) + 1);
    return new _Selection(/* @__PURE__ */ new Set([...keep ? this.ids : [], ...between]), this.anchor);
  }
  /** Select these beside what was selected. @param {readonly number[]} page */
  all(page) {
    return new _Selection(/* @__PURE__ */ new Set([...this.ids, ...page]), this.anchor ?? page[0] ?? null);
  }
  /** Select everything that matches the filter. @param {number} matching */
  everything(matching) {
    return new _Selection(/* @__PURE__ */ new Set(), null, matching);
  }
  none() {
    return new _Selection();
  }
  /** What stays selected when the cursor goes elsewhere: all but what a plain click came to. */
  left() {
    return this.clicked ? this.none() : this;
  }
};

// lib/label/sitting.js
var PAUSE_S = 60;
var BREAK_S = 30 * 60;
var WINDOW_S = 10 * 60;
function newSitting() {
  return { images: 0, last: 0, worked: 0, done: 0 };
}
function decided(sitting, now, images = 1) {
  const gap = now - sitting.last;
  const begun = sitting.last > 0 && gap < BREAK_S ? sitting : newSitting();
  const next = { ...begun, images: begun.images + images, last: now };
  if (begun.last === 0 || images !== 1) return next;
  const worked = begun.worked + Math.min(gap, PAUSE_S);
  const fade = worked > WINDOW_S ? WINDOW_S / worked : 1;
  return { ...next, worked: worked * fade, done: (begun.done + 1) * fade };
}
function pace(sitting) {
  return sitting.done >= 5 && sitting.worked > 0 ? 3600 * sitting.done / sitting.worked : null;
}
function timeLeft(sitting, left) {
  const rate = pace(sitting);
  return rate === null || left <= 0 ? null : 3600 * left / rate;
}

// lib/label/deciding.js
var NOTHING = { label: null, skipped: false };
var NO_ACT = /* @__PURE__ */ new Set(["unchanged", "conflict", "missing", "failed"]);
var UNDOABLE = 200;
var order = Date.now();
function decisionOf(item) {
  return { label: item.label, skipped: item.skipped };
}
function same(a3, b) {
  return a3.label === b.label && a3.skipped === b.skipped;
}
function decide(desk, id, to) {
  const item = desk.items.get(id);
  if (!item) return;
  const seen = decisionOf(item);
  if (!same(seen, to) && !(to.skipped && item.label !== null)) enter(desk, id, seen, to);
}
function enter(desk, id, seen, to) {
  const entry = { ...newEntry(desk, "decide"), sample: id, to, seen, split: desk.items.get(id)?.split ?? null };
  paint(desk, id, to);
  desk.acts.push({ key: entry.key, before: /* @__PURE__ */ new Map([[id, seen]]) });
  send(desk, entry);
  if (to.label !== null) count(desk, 1);
}
function respond(desk, kind, id, to) {
  const item = desk.items.get(id);
  if (!item || kind === "opinion" && same(decisionOf(item), to)) return;
  const entry = { ...newEntry(desk, kind), sample: id, to };
  desk.acts.push({ key: entry.key, before: /* @__PURE__ */ new Map([[id, decisionOf(item)]]) });
  paint(desk, id, to);
  count(desk, 1);
  send(desk, entry);
}
function decideSelected(desk, to) {
  const { selection, ids, where } = desk.state;
  const everything = selection.matching !== null;
  const meant = everything ? null : [...selection.ids];
  const entry = { ...newEntry(desk, "bulk"), to, ids: meant, where: everything ? where : null };
  const before = /* @__PURE__ */ new Map();
  for (const id of meant ?? ids) {
    const item = desk.items.get(id);
    if (!item || to.skipped && item.label !== null) continue;
    before.set(id, decisionOf(item));
    paint(desk, id, to);
  }
  desk.acts.push({ key: entry.key, before });
  desk.set({ selection: selection.none() });
  send(desk, entry);
}
function acceptMany(desk, pairs) {
  const ids = pairs.map(({ item }) => item.id);
  const labels = pairs.map(({ to }) => (
    /** @type {number} */
    to.label
  ));
  const seens = pairs.map(({ item }) => decisionOf(item));
  const entry = { ...newEntry(desk, "accept"), ids, labels, seens };
  for (const { item, to } of pairs) paint(desk, item.id, to);
  desk.acts.push({ key: entry.key, before: new Map(ids.map((id, index) => [id, seens[index]])) });
  desk.set({ selection: desk.state.selection.none() });
  send(desk, entry);
}
function deleteSamples(desk, ids, where) {
  const { state } = desk;
  const entry = { ...newEntry(desk, "delete"), ids, where };
  desk.acts.push({ key: entry.key, before: /* @__PURE__ */ new Map() });
  if (ids) {
    const gone = new Set(ids);
    state.ids = state.ids.filter((id) => !gone.has(id));
    if (state.focus) {
      state.focus.ids = state.focus.ids.filter((id) => !gone.has(id));
      state.focus.index = Math.max(0, Math.min(state.focus.index, state.focus.ids.length - 1));
    }
  }
  desk.set({ selection: state.selection.none(), cursor: Math.max(0, Math.min(state.cursor, state.ids.length - 1)) });
  send(desk, entry);
}
function undo(desk, key) {
  const at = key === void 0 ? desk.acts.length - 1 : desk.acts.findIndex((act2) => act2.key === key);
  const [act] = at < 0 ? [] : desk.acts.splice(at, 1);
  const entry = { ...newEntry(desk, "undo"), ids: [] };
  if (act || key !== void 0) entry.of = act?.key ?? key;
  if (act) {
    entry.ids = [...act.before.keys()].slice(0, 1e3);
    const since = new Set(desk.acts.slice(at).flatMap(({ before }) => [...before.keys()]));
    for (const [id, decision] of act.before) if (!since.has(id)) paint(desk, id, decision);
  }
  send(desk, entry);
  return act && act.before.size === 1 ? [...act.before.keys()][0] : null;
}
function settle(desk, theme, outcomes) {
  const settled = desk.outboxes.settle(theme, outcomes);
  for (const [entry, outcome] of settled) {
    if (NO_ACT.has(outcome.status) || outcome.changed === 0) desk.acts = desk.acts.filter((act) => act.key !== entry.key);
    if (entry.kind === "decide") settleDecision(desk, theme, entry, outcome);
    else if (theme === desk.state.theme?.id) settleAct(desk, entry, outcome);
    else if (outcome.status === "failed") desk.complain(outcome.message);
  }
  if (settled.length > 0 && desk.review) countSoon(desk);
  if (settled.length > 0) desk.changedBeside();
}
function countSoon(desk) {
  clearTimeout(desk.countTimer);
  desk.countTimer = setTimeout(() => refreshCounts(desk), 500);
}
function insist(desk, conflict) {
  dismiss(desk, conflict);
  const { sample, to } = conflict.entry;
  if (sample === void 0 || !to) return;
  const { label = null, skipped = false } = conflict.outcome.current ?? {};
  const cleared = to.skipped && label !== null;
  if (cleared) enter(desk, sample, { label, skipped }, NOTHING);
  enter(desk, sample, cleared ? NOTHING : { label, skipped }, to);
}
function dismiss(desk, conflict) {
  desk.set({ conflicts: desk.state.conflicts.filter((other) => other !== conflict) });
}
function settleDecision(desk, theme, entry, outcome) {
  const { current } = outcome;
  const id = (
    /** @type {number} */
    entry.sample
  );
  const item = desk.items.get(id);
  if (current && item && !desk.outbox?.concerns(id)) desk.items.set(id, { ...item, ...current });
  if (outcome.status === "conflict") {
    const others = desk.state.conflicts.filter((other) => other.entry.sample !== id);
    desk.state.conflicts = [...others, { theme, entry, outcome }];
  } else if (outcome.status === "missing") {
    desk.complain("The image was deleted by somebody else; its label was not saved.");
  } else if (outcome.status === "failed") {
    if (item && entry.seen && !desk.outbox?.concerns(id)) desk.items.set(id, { ...item, ...entry.seen });
    desk.complain(outcome.message);
  }
}
function settleAct(desk, entry, outcome) {
  if (outcome.status === "failed") desk.complain(outcome.message);
  else if (entry.kind === "opinion" || entry.kind === "settle") {
    if (outcome.status === "missing") desk.complain("The image was deleted or cleared by somebody else; your opinion was not needed any more.");
    return;
  } else if (entry.kind === "undo") tellUndo(desk, entry, outcome);
  else tellBulk(desk, entry, outcome);
  if (entry.kind === "undo" && (outcome.samples?.length ?? 0) <= 1 && outcome.status === "changed") {
    const id = outcome.samples?.[0];
    if (id !== void 0 && desk.items.has(id)) return;
  }
  refreshCounts(desk);
  if (desk.state.view !== "focus") reload(desk, { quiet: true });
}
function tellBulk(desk, entry, outcome) {
  const changed = outcome.changed ?? 0;
  const had = outcome.unchanged ?? 0;
  const replaced = (
    /** @type {any} */
    outcome.replaced ?? 0
  );
  const action = changed > 0 ? { name: "Undo", run: () => void undo(desk, entry.key) } : void 0;
  if (entry.kind === "delete") {
    desk.say(`${plural(changed, "image")} deleted.`, action);
    return;
  }
  if (entry.kind === "accept") {
    count(desk, changed);
    const kept2 = had > 0 ? `; ${number(had)} were decided by somebody meanwhile and stay as they are` : "";
    desk.say(`${plural(changed, "prediction")} accepted${kept2}.`, action);
    return;
  }
  const label = desk.label(entry.to?.label ?? null);
  if (label) count(desk, changed);
  const what = label ? `labeled “${label.name}”` : entry.to?.skipped ? "skipped" : "cleared";
  const kept = entry.to?.skipped ? "have a label or were skipped already" : "had it already";
  const parts = [`${number(changed)} of ${plural(changed + had, "image")} ${what}`];
  if (replaced > 0 && label) parts.push(`${number(replaced)} of them had another label before`);
  if (had > 0) parts.push(`${number(had)} ${kept}`);
  desk.say(`${parts.join("; ")}.`, action);
}
function tellUndo(desk, entry, outcome) {
  const kept = outcome.unchanged ?? 0;
  if (outcome.status === "unchanged" && kept === 0) {
    if (!entry.of) desk.say("There is nothing to undo.");
    return;
  }
  const left = kept > 0 ? `; ${number(kept)} were changed by somebody since and stay as they are` : "";
  const changed = outcome.changed ?? 0;
  if (changed === 0 && kept === 0) desk.say("Undone.");
  else if (changed !== 1 || kept > 0 || !entry.of) desk.say(`Undone for ${plural(changed, "image")}${left}.`);
}
function newEntry(desk, kind) {
  order = Math.max(order + 1, Date.now());
  return { key: newKey(), order, kind, annotator: desk.state.annotator };
}
function send(desk, entry) {
  if (desk.acts.length > UNDOABLE) desk.acts.splice(0, desk.acts.length - UNDOABLE);
  desk.outbox?.add(entry);
  if (desk.outbox && !desk.outbox.journal.safe) {
    desk.complain("This browser keeps nothing: labels that wait for the kernel are lost if you close the page.");
  }
  desk.state.notice = desk.state.notice?.trouble ? desk.state.notice : null;
  desk.changedBeside();
  desk.link.hurry();
}
function paint(desk, id, to) {
  const item = desk.items.get(id);
  if (!item) return;
  const nobody = to.label === null && !to.skipped;
  desk.items.set(id, { ...item, ...to, annotator: nobody ? null : desk.state.annotator });
}
function count(desk, images) {
  desk.state.sitting = decided(desk.state.sitting, Date.now() / 1e3, images);
  desk.remember("sitting", desk.state.sitting);
}

// lib/label/thumbs.js
var MOST_PIXELS = 24e6;
var MOST_THUMBS = 2e4;
var ALWAYS_KEPT = 1200;
var Thumbs = class {
  /** @param {() => void} onChange Called when new ones can be drawn. @param {(blob: Blob) => Promise<Picture>} [decode] */
  constructor(onChange, decode = decoded) {
    this.onChange = onChange;
    this.decode = decode;
    this.thumbs = /* @__PURE__ */ new Map();
    this.sheets = [];
  }
  /** @param {number} id @returns {Thumb | "broken" | undefined} */
  get(id) {
    return this.thumbs.get(id);
  }
  /** The samples of a list that are known already. @param {number[]} ids */
  known(ids) {
    return ids.filter((id) => this.thumbs.has(id));
  }
  /** @param {Sheet} sheet @param {DataView} content */
  async add(sheet, content) {
    const some = sheet.sizes.some(([width]) => width > 0);
    const blob = new Blob([
      /** @type {ArrayBuffer} */
      content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength)
    ], { type: sheet.type });
    const picture = some ? await this.decode(blob) : null;
    sheet.ids.forEach((id, index) => {
      const [width, height] = sheet.sizes[index];
      const x2 = index % sheet.columns * sheet.cell;
      const y3 = Math.floor(index / sheet.columns) * sheet.cell;
      this.thumbs.set(id, picture && width > 0 ? { sheet: picture, x: x2, y: y3, width, height } : "broken");
    });
    this.sheets.push({ picture, ids: sheet.ids });
    while (this.#tooMany()) this.#drop();
    this.onChange();
  }
  clear() {
    while (this.sheets.length > 0) this.#drop();
  }
  #tooMany() {
    let pixels = 0;
    let thumbs = 0;
    for (const { picture, ids } of this.sheets) {
      pixels += picture ? picture.width * picture.height : 0;
      thumbs += ids.length;
    }
    if (this.sheets.length < 2 || thumbs - this.sheets[0].ids.length < ALWAYS_KEPT) return false;
    return pixels > MOST_PIXELS || thumbs > MOST_THUMBS;
  }
  #drop() {
    const sheet = this.sheets.shift();
    for (const id of sheet?.ids ?? []) {
      const thumb = this.thumbs.get(id);
      if (thumb === "broken" || thumb?.sheet === sheet?.picture) this.thumbs.delete(id);
    }
    sheet?.picture?.close();
  }
};
async function decoded(blob) {
  const url = URL.createObjectURL(blob);
  const image = new Image();
  image.src = url;
  await image.decode();
  return { url, width: image.naturalWidth, height: image.naturalHeight, close: () => URL.revokeObjectURL(image.src) };
}

// lib/label/typing.js
var TAIL_MS = 900;
var Typing = class {
  constructor() {
    this.text = "";
    this.open = false;
    this.tail = "";
    this.tailUntil = 0;
  }
  get active() {
    return this.open || this.text !== "";
  }
  /** @param {Label[]} labels @returns {Label[]} */
  matches(labels) {
    if (!this.active) return [];
    const wanted = this.text.toLowerCase();
    return labels.filter((label, index) => (this.open || index >= 9) && label.name.toLowerCase().startsWith(wanted));
  }
  /**
   * Take a letter. Returns the label when only one is left that it can mean; null when more letters are needed.
   * @param {string} letter @param {Label[]} labels @param {number} now Milliseconds.
   * @returns {Label | null}
   */
  letter(letter2, labels, now) {
    if (this.tail && now < this.tailUntil && this.tail.startsWith(letter2)) {
      this.tail = this.tail.slice(1);
      return null;
    }
    this.tail = "";
    const before = this.text;
    this.text += letter2;
    const found = this.matches(labels);
    if (found.length === 0) {
      this.text = before;
      return null;
    }
    if (found.length > 1) return null;
    this.tail = found[0].name.toLowerCase().slice(this.text.length);
    this.tailUntil = now + TAIL_MS;
    this.close();
    return found[0];
  }
  /** Take the first match. @param {Label[]} labels @returns {Label | null} */
  enter(labels) {
    const found = this.text ? this.matches(labels)[0] : void 0;
    this.close();
    return found ?? null;
  }
  back() {
    this.text = this.text.slice(0, -1);
  }
  close() {
    this.text = "";
    this.open = false;
  }
};

// lib/label/desk.js
var POLL_MS = 2e3;
var MANY_ACTS = 4;
var BUNDLE_MS = 30;
var BESIDE_MS = 80;
var Desk = class {
  /** @param {Model} model @param {AbortSignal} signal @param {(desk: Desk) => void} draw */
  constructor(model, signal, draw) {
    this.model = model;
    this.draw = draw;
    this.signal = signal;
    const config = model.get("config");
    this.place = config.place;
    this.review = null;
    this.gallery = config.gallery === true;
    this.link = new Link(model, signal, {
      onHealth: (health) => this.#onHealth(health),
      lead: () => this.#lead(),
      pause: () => this.waiting >= MANY_ACTS ? BUNDLE_MS : 0,
      onLead: ({ value }) => this.#onLead(value),
      onLeadFailed: (error) => this.#onLeadFailed(error)
    });
    this.thumbs = new Thumbs(() => this.changed());
    this.pictures = new Pictures(this.link, (id) => arrived(this, id));
    this.typing = new Typing();
    this.outboxes = new Outboxes(
      // A store that is made anew counts its themes and samples from 1 again: another theme has another birth.
      (theme) => new Journal(browserShelf(), `${this.place}/${theme}/${this.state.theme?.born}`),
      (size) => this.root?.setAttribute("data-waiting", String(size))
    );
    this.outbox = null;
    this.leading = 0;
    this.items = /* @__PURE__ */ new Map();
    this.acts = [];
    this.mark = { since: 0, newest: 0, seen: /* @__PURE__ */ new Set() };
    this.latestLoad = 0;
    this.counting = false;
    this.countTimer = 0;
    this.searchTimer = 0;
    this.surveyed = "";
    this.columns = 1;
    this.showCursor = false;
    this.refusals = 0;
    this.stage = null;
    this.frame = null;
    this.hasFocus = false;
    this.run = () => void 0;
    this.root = null;
    this.searchBox = null;
    this.drawing = "";
    this.drawings = 0;
    this.held = false;
    this.state = {
      view: "home",
      browse: this.recall("browse", "grid"),
      theme: null,
      themes: null,
      labels: [],
      where: EVERYTHING,
      sort: "id",
      pageSize: this.recall("pageSize", 100),
      size: this.recall("size", 96),
      ids: [],
      offset: 0,
      total: 0,
      loading: false,
      cursor: 0,
      selection: new Selection(),
      focus: null,
      team: null,
      counts: new Counts(),
      scope: null,
      chosen: model.get("chosen") ?? null,
      answers: [],
      annotators: [],
      annotator: this.recall("annotator", "") || config.annotator,
      health: "live",
      since: Date.now(),
      notice: null,
      conflicts: [],
      dialog: null,
      sitting: this.recall("sitting", newSitting()),
      upload: null,
      dropping: false,
      fatal: null
    };
    const timer = setInterval(() => poll(this), POLL_MS);
    signal.addEventListener("abort", () => {
      clearInterval(timer);
      this.thumbs.clear();
      this.pictures.clear();
    });
  }
  /** @param {Partial<State>} patch */
  set(patch) {
    Object.assign(this.state, patch);
    this.changed();
  }
  /**
   * Draw once after this turn of the event loop, however much changes in it. Around an image that is shown large, draw after
   * the next frame: that one belongs to the image, which is on the page already (see `present`).
   */
  changed() {
    if (this.signal.aborted) return;
    const later = this.#large();
    if (later) tellHealth(this);
    if (this.drawing === "now" || this.drawing === "later" && later) return;
    if (later) this.#drawAfterFrame();
    else queueMicrotask(this.#drawing("now"));
  }
  /**
   * Draw what a key has changed beside the image that it brought: as soon as the kernel has everything, and within a tenth of
   * a second at the latest. Whoever presses keys faster than that is not kept from it by drawing what cannot be read anyway.
   */
  changedBeside() {
    if (!this.#large()) return this.changed();
    tellHealth(this);
    if (this.drawing === "") setTimeout(this.#drawing("beside"), BESIDE_MS);
  }
  /** Whether one image is shown large and nothing else is looked at. */
  #large() {
    return this.state.view === "focus" && this.stage !== null && !this.state.dialog && !document.hidden;
  }
  #drawAfterFrame() {
    const draw = this.#drawing("later");
    requestAnimationFrame(() => setTimeout(draw, 0));
  }
  /** Announce a drawing in place of the one that is ahead. @param {"now" | "later" | "beside"} when @returns {() => void} */
  #drawing(when) {
    this.drawing = when;
    this.drawings += 1;
    const mine = this.drawings;
    return () => {
      if (mine !== this.drawings || this.signal.aborted) return;
      this.drawing = "";
      this.draw(this);
      tellHealth(this);
    };
  }
  /** Tell the person something. @param {string} text @param {Notice["action"]} [action] */
  say(text, action) {
    this.set({ notice: { text, action } });
  }
  /** Tell the person what did not work. @param {unknown} error */
  complain(error) {
    this.set({ notice: { text: message(error), trouble: true } });
  }
  /** Put the keyboard's focus on what the keys work on. */
  focusMain() {
    const main = (
      /** @type {HTMLElement | null} */
      this.root?.querySelector("[data-main]") ?? this.root
    );
    main?.focus({ preventScroll: true });
  }
  answered() {
    this.state.since = Date.now();
  }
  /** The counts with everything that this browser knows to be on its way. @returns {Counts} */
  countsNow() {
    return this.outbox ? this.state.counts.after(this.outbox.changes()) : this.state.counts;
  }
  /** The counts of what search, annotator and choice leave, null while they are not known. @returns {Counts | null} */
  scopeNow() {
    if (countable(this.state.where)) return this.countsNow();
    const { scope } = this.state;
    return scope && this.outbox ? scope.after(this.outbox.changes()) : scope;
  }
  /** @param {number | null} id @returns {Label | undefined} */
  label(id) {
    return this.state.labels.find((label) => label.id === id);
  }
  /** A preference of this browser. @template T @param {string} name @param {T} otherwise @returns {T} */
  recall(name, otherwise) {
    try {
      const kept = localStorage.getItem(`workbench/label/${this.place}/${name}`);
      return kept === null ? otherwise : JSON.parse(kept);
    } catch {
      return otherwise;
    }
  }
  /** @param {string} name @param {unknown} value */
  remember(name, value) {
    try {
      localStorage.setItem(`workbench/label/${this.place}/${name}`, JSON.stringify(value));
    } catch {
    }
  }
  /** Take up the journal of a theme, with what an earlier view of it could not send. @param {number} theme */
  openJournal(theme) {
    this.outbox = this.outboxes.open(theme);
    if (this.waiting > 0) this.link.wake();
  }
  /** How many acts wait for the kernel, also those of a theme that was left. */
  get waiting() {
    return this.outboxes.size;
  }
  #lead() {
    const acts = this.held ? null : this.outboxes.next(this.state.theme?.id);
    if (!acts) return null;
    this.leading = acts.theme;
    const { since, newest } = this.mark;
    return { method: "act", params: { ...acts, since, newest } };
  }
  /** @param {any} value */
  #onLead(value) {
    settle(this, this.leading, value.outcomes);
    if (this.leading === this.state.theme?.id) apply(this, value);
    this.answered();
    if (this.waiting === 0 && this.drawing === "beside") this.#drawAfterFrame();
  }
  /** @param {Error} error */
  #onLeadFailed(error) {
    this.complain(error);
    this.held = true;
    setTimeout(() => {
      this.held = false;
      this.link.wake();
    }, 3e3);
  }
  /** @param {Health} health */
  #onHealth(health) {
    this.set({ health });
  }
};

// lib/label/focusing.js
var CHUNK = 300;
var MARGIN = 400;
var THUMBS = 48;
var BEHIND2 = 2e3;
function openFocus(desk, index) {
  const { state } = desk;
  if (state.ids.length === 0) return;
  const at = Math.max(0, Math.min(index, state.ids.length - 1));
  const focus = {
    ids: [...state.ids],
    index: at,
    start: state.offset === 0,
    end: state.offset + state.ids.length >= state.total,
    loading: false,
    sort: state.sort,
    viewport: null,
    flash: "",
    owed: 0
  };
  desk.set({ view: "focus", focus, notice: null, selection: state.selection.left() });
  arrive(desk);
}
function closeFocus(desk) {
  const { state } = desk;
  const id = state.focus?.ids[state.focus.index];
  const index = id === void 0 ? -1 : state.ids.indexOf(id);
  desk.typing.close();
  const first = state.focus?.ids.indexOf(state.ids[0]) ?? -1;
  const walked = first >= 0 && state.focus ? state.focus.index - first : 0;
  desk.set({ view: state.browse, focus: null });
  desk.pictures.clear();
  desk.showCursor = true;
  if (index >= 0) {
    state.cursor = index;
    reload(desk, { quiet: true });
  } else {
    const offset = Math.floor((state.offset + walked) / state.pageSize) * state.pageSize;
    load(desk, offset, { onto: id });
  }
}
function step(desk, by) {
  const { focus } = desk.state;
  if (!focus) return false;
  const index = Math.max(0, Math.min(focus.ids.length - 1, focus.index + by));
  if (index === focus.index) {
    if (by > 0 && !focus.end) focus.owed += by;
    extend(desk, by < 0);
    return false;
  }
  focus.index = index;
  focus.viewport = null;
  arrive(desk);
  return true;
}
function advance(desk, color) {
  const { focus } = desk.state;
  if (!focus) return;
  focus.flash = color;
  if (!step(desk, 1) && focus.end) {
    focus.index = focus.ids.length;
    present(desk);
    desk.changedBeside();
  }
}
function showSample(desk, id) {
  const { focus } = desk.state;
  if (!focus) return;
  const index = focus.ids.indexOf(id);
  if (index < 0) {
    if (!desk.items.has(id)) return;
    focus.ids.splice(focus.index, 0, id);
  } else {
    focus.index = index;
  }
  focus.owed = 0;
  focus.flash = "";
  focus.viewport = null;
  arrive(desk);
}
function arrive(desk) {
  const { focus } = desk.state;
  if (!focus) return;
  if (focus.index > BEHIND2 + 500) {
    focus.ids = focus.ids.slice(focus.index - BEHIND2);
    focus.index = BEHIND2;
    focus.start = false;
  }
  desk.pictures.follow(focus.ids, focus.index);
  if (focus.ids.length - focus.index < MARGIN) extend(desk, false);
  else if (focus.index < 20) extend(desk, true);
  fetchThumbs(desk, focus);
  present(desk);
  desk.changedBeside();
}
async function fetchThumbs(desk, focus) {
  const missing = (id) => !desk.thumbs.get(id);
  if (focus.thumbing || !focus.ids.slice(Math.max(0, focus.index - 10), focus.index + THUMBS / 2).some(missing)) return;
  focus.thumbing = true;
  try {
    const ids = focus.ids.slice(Math.max(0, focus.index - 10), focus.index + THUMBS).filter(missing);
    takeItems(desk, [], await desk.link.call("sheet", { ids, side: side(desk), brief: true }));
  } catch {
  } finally {
    focus.thumbing = false;
  }
}
async function extend(desk, backwards) {
  const { state } = desk;
  const { focus, theme } = state;
  if (focus?.queue) return backwards ? void 0 : focus.refill?.();
  if (!focus || !theme || focus.loading || (backwards ? focus.start : focus.end)) return;
  const edge = desk.items.get(focus.ids[backwards ? 0 : focus.ids.length - 1]);
  if (!edge) return;
  focus.loading = true;
  try {
    const answer2 = await desk.link.call("along", {
      theme: theme.id,
      where: state.where,
      sort: focus.sort,
      cursor: [edge.cursor, edge.id],
      backwards,
      limit: CHUNK
    });
    if (state.focus !== focus) return;
    join(desk, focus, answer2.value.items, backwards);
    takeItems(desk, answer2.value.items, answer2);
    forgetItems(desk);
    desk.pictures.follow(focus.ids, focus.index);
    fetchThumbs(desk, focus);
  } catch (error) {
    focus.owed = 0;
    desk.complain(error);
  } finally {
    focus.loading = false;
    if (focus.owed > 0 && state.focus === focus) {
      const owed = focus.owed;
      focus.owed = 0;
      step(desk, owed);
    }
    desk.changedBeside();
  }
}
function join(desk, focus, items, backwards) {
  const known = new Set(focus.ids);
  const ids = items.map((item) => item.id).filter((id) => !known.has(id));
  if (items.length < CHUNK) focus[backwards ? "start" : "end"] = true;
  if (backwards) {
    focus.ids = [...ids, ...focus.ids];
    focus.index += ids.length;
  } else {
    focus.ids = [...focus.ids, ...ids];
  }
}

// lib/label/keys.js
var HELP = [
  ["Label", "1 – 9", "give the label with that number and go on"],
  ["Label", "first letters", "give a label beyond the ninth"],
  ["Label", ".", "give any label by typing its name, Enter takes the first match"],
  ["Label", "0", "clear the label"],
  ["Label", "S", "skip"],
  ["Label", "U or Ctrl+Z", "undo the last act, also a bulk one, also after a restart"],
  ["Move", "arrows", "previous and next image"],
  ["Move", "Home, End", "first and last image of the page"],
  ["Move", "Page Up, Page Down", "previous and next page"],
  ["Grid", "Enter", "show one image large"],
  ["Grid", "Space", "select or deselect"],
  ["Grid", "Shift+arrows", "select a range"],
  ["Grid", "Ctrl+A", "select the page; once more: all that match the filter"],
  ["Grid", "Shift+N", "label what nobody else is given meanwhile"],
  ["Grid", "Shift+R", "settle where annotators disagree"],
  ["Grid", "Delete", "delete the selected images"],
  ["Grid", "/", "search by file name"],
  ["Image", "+, −", "zoom in and out; = fits the image again"],
  ["Image", "drag, wheel", "pan and zoom"],
  ["Anywhere", "Escape", "one step back"],
  ["Anywhere", "?", "this list"]
];
var BOTH = {
  0: { name: "clear" },
  s: { name: "skip" },
  u: { name: "undo" },
  "?": { name: "help" },
  ".": { name: "type" }
};
var GRID = {
  Enter: { name: "open" },
  " ": { name: "toggle" },
  Delete: { name: "delete" },
  Backspace: { name: "delete" },
  Escape: { name: "out" },
  "/": { name: "search" },
  PageUp: { name: "page", by: -1 },
  PageDown: { name: "page", by: 1 }
};
var FOCUS = {
  Escape: { name: "out" },
  ArrowRight: { name: "step", by: 1 },
  ArrowDown: { name: "step", by: 1 },
  ArrowLeft: { name: "step", by: -1 },
  ArrowUp: { name: "step", by: -1 },
  PageDown: { name: "step", by: 10 },
  PageUp: { name: "step", by: -10 },
  Delete: { name: "delete" },
  "+": { name: "zoom", by: 1.25 },
  "-": { name: "zoom", by: 0.8 },
  "=": { name: "fit" }
};
var QUEUES = { n: "mine", r: "review" };
var DIRECTIONS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", Home: "home", End: "end" };
function command(press, view, review2 = false) {
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (press.ctrlKey || press.metaKey) {
    if (key === "z" && !press.shiftKey) return { name: "undo" };
    if (key === "a" && view === "grid") return { name: "all" };
    return null;
  }
  if (press.altKey) return null;
  if (review2 && key === "a") return { name: press.shiftKey ? "accept page" : "accept" };
  if (key >= "1" && key <= "9" && key.length === 1) return { name: "label", position: Number(key) };
  if (view === "grid" && DIRECTIONS[key]) {
    return { name: "move", to: DIRECTIONS[key], extend: press.shiftKey };
  }
  if (view === "grid" && press.shiftKey && Object.hasOwn(QUEUES, key)) return { name: "queue", kind: QUEUES[key] };
  const own = view === "grid" ? GRID : FOCUS;
  if (Object.hasOwn(BOTH, key)) return BOTH[key];
  if (Object.hasOwn(own, key)) return own[key];
  return key.length === 1 && /\p{L}|\p{N}/u.test(key) ? { name: "letter", letter: key } : null;
}
var ONCE = /* @__PURE__ */ new Set(["label", "clear", "skip", "undo", "delete", "letter", "toggle", "accept", "accept page", "queue"]);
function moved(index, to, columns, count2) {
  const next = { left: index - 1, right: index + 1, up: index - columns, down: index + columns, home: 0, end: count2 - 1 }[to] ?? index;
  if (next >= 0 && next < count2) return next;
  if (to === "down" && Math.floor(index / columns) < Math.floor((count2 - 1) / columns)) return count2 - 1;
  return index;
}

// lib/label/queue.js
var AHEAD = 6;
var BUNDLE = 10;
var AGAIN_MS2 = 5e3;
async function toggleQueue(desk, kind) {
  const open = desk.state.focus?.queue;
  if (open) closeQueue(desk);
  if (open === kind || !desk.state.theme) return;
  const focus = {
    ids: [],
    index: 0,
    start: true,
    end: false,
    loading: false,
    sort: "id",
    viewport: null,
    flash: "",
    owed: 0,
    queue: kind,
    refill: () => void refill(desk)
  };
  desk.set({ view: "focus", focus, notice: null });
  const timer = setInterval(() => {
    if (desk.state.focus !== focus) clearInterval(timer);
    else if (focus.index >= focus.ids.length && !document.hidden) refill(desk);
  }, AGAIN_MS2);
  desk.signal.addEventListener("abort", () => clearInterval(timer));
  readTeam(desk);
  await refill(desk);
  desk.focusMain();
}
function closeQueue(desk) {
  const { state } = desk;
  const kind = state.focus?.queue;
  desk.typing.close();
  desk.pictures.clear();
  for (const [id, item] of desk.items) if (item.second) desk.items.delete(id);
  desk.set({ view: state.browse, focus: null });
  if (kind === "mine") giveBack(desk, state.annotator);
  reload(desk);
}
function giveBack(desk, annotator) {
  desk.link.call("give back", { theme: desk.state.theme?.id, annotator }).catch(() => void 0);
}
async function refill(desk) {
  const { focus, theme, annotator } = desk.state;
  if (!focus?.queue || !theme || focus.loading || focus.ids.length - focus.index > AHEAD) return;
  focus.loading = true;
  const method = focus.queue === "mine" ? "hand out" : "disagreements";
  try {
    const known = desk.thumbs.known(focus.ids);
    const answer2 = await desk.link.call(method, { theme: theme.id, annotator, number: BUNDLE, side: side(desk), known });
    if (desk.state.focus !== focus) return;
    const have = new Set(focus.ids);
    const fresh = answer2.value.items.filter((item) => !have.has(item.id));
    takeItems(desk, fresh, answer2);
    focus.ids = [...focus.ids, ...fresh.map((item) => item.id)];
    focus.end = fresh.length === 0;
    desk.pictures.follow(focus.ids, focus.index);
  } catch (error) {
    focus.end = true;
    desk.complain(error);
  } finally {
    focus.loading = false;
    settleOwed(desk, focus);
    desk.changed();
  }
}
function settleOwed(desk, focus) {
  const { owed } = focus;
  if (owed === 0 || desk.state.focus !== focus) return;
  focus.owed = 0;
  if (!step(desk, owed) && focus.end) focus.index = focus.ids.length;
}
function answer(desk, id, to) {
  const item = desk.items.get(id);
  const review2 = desk.state.focus?.queue === "review";
  if (!item) return "This image is not here yet.";
  if (!review2 && !item.second) {
    decide(desk, id, to);
    return "";
  }
  if (to.label === null && !to.skipped) return review2 ? "A disagreement is settled by a label, or skipped." : "Give another label, or take this one back with U.";
  respond(desk, review2 ? "settle" : "opinion", id, to);
  return "";
}
async function readTeam(desk, { brief = false } = {}) {
  const { theme } = desk.state;
  if (!theme) return;
  try {
    const { value } = await desk.link.call("team", { theme: theme.id, brief });
    const members = brief ? desk.state.team?.members ?? [] : value.members;
    if (desk.state.theme === theme) desk.set({ team: { ...value, members } });
  } catch {
  }
}

// lib/label/review.js
var CERTAINTY = [["score", "least certain first"], ["-score", "most certain first"]];
var AGREEMENTS = [["open", "not labeled"], ["differs", "differs from label"], ["agrees", "agrees with label"]];
var RANGES = [["below 50 %", 0, 0.5], ["50 to 90 %", 0.5, 0.9], ["90 to 99 %", 0.9, 0.99], ["99 % and above", 0.99, 1]];
var REVIEW_HELP = [
  ["Predictions", "A", "accept the prediction of the image, or of everything selected"],
  ["Predictions", "Shift+A", "accept the predictions of the page for all images that nobody has decided about"]
];
function predicted(desk, item) {
  const label = item?.answer?.label;
  return label === void 0 || label === null || !desk.label(label) ? null : { label, skipped: false };
}
function answerWords(desk, item) {
  if (!item.answer) return "";
  const name = item.answer.label === null ? "a label that is gone" : desk.label(item.answer.label)?.name ?? "a label that is gone";
  return `predicted ${name}, ${share(item.answer.score)}`;
}
function answered(rows, matches2) {
  return rows.reduce((sum, row) => matches2(row) ? sum + row[2] : sum, 0);
}
function acceptAll(desk, ids, refuse2) {
  const pairs = [];
  for (const id of ids) {
    const item = desk.items.get(id);
    const to = predicted(desk, item);
    if (item && to && !same(decisionOf(item), to) && desk.thumbs.get(id) !== "broken") pairs.push({ item, to });
  }
  const unseen = pairs.filter(({ item }) => !desk.thumbs.get(item.id));
  if (unseen.length > 0) refuse2(`${plural(unseen.length, "image is", "images are")} not painted yet.`);
  else if (pairs.length === 0) desk.say("There is no prediction here that is not the label already and whose image can be shown.");
  else acceptMany(desk, pairs);
}

// lib/label/keyboard.js
var SKIP = { label: null, skipped: true };
var CANNOT_BE_SHOWN = "This image cannot be shown, so it cannot be labeled. Skip or delete it.";
function onKey(desk, event) {
  const target = (
    /** @type {HTMLElement} */
    event.target
  );
  if (desk.state.dialog || desk.state.view === "home" || event.isComposing) return;
  if (target.closest("input, textarea, select")) {
    if (event.key === "Escape") desk.focusMain();
    return;
  }
  if (target.closest("button, a, summary") && (event.key === "Enter" || event.key === " ")) return;
  if (desk.typing.active && typed(desk, event)) {
    event.preventDefault();
    desk.changed();
    return;
  }
  const found = command(event, desk.state.view === "focus" ? "focus" : "grid", desk.review !== null);
  if (!found) return;
  event.preventDefault();
  if (event.repeat && ONCE.has(found.name)) return;
  run(desk, found);
}
function typed(desk, event) {
  const { typing, state } = desk;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key === "Escape") typing.close();
  else if (event.key === "Backspace") typing.back();
  else if (event.key === "Enter") {
    const label = typing.enter(state.labels);
    if (label) give(desk, { label: label.id, skipped: false });
  } else if (event.key.length === 1) letter(desk, event.key);
  else return false;
  return true;
}
function letter(desk, key) {
  const label = desk.typing.letter(key.toLowerCase(), desk.state.labels, performance.now());
  if (label) give(desk, { label: label.id, skipped: false });
  desk.changed();
}
function run(desk, found) {
  const { state } = desk;
  switch (found.name) {
    case "label":
      return giveKey(desk, state.labels[found.position - 1]);
    case "clear":
      return give(desk, NOTHING);
    case "skip":
      return give(desk, SKIP);
    case "undo":
      return takeBack(desk);
    case "accept":
      return accept(desk);
    case "accept page":
      return acceptPage(desk);
    case "queue":
      return void toggleQueue(desk, found.kind);
    case "help":
      return desk.set({ dialog: { name: "help" } });
    case "type":
      desk.typing.open = true;
      return desk.changed();
    case "letter":
      return letter(desk, found.letter);
    case "delete":
      return askToDelete(desk);
    case "out":
      return out(desk);
    case "step":
      return void step(desk, found.by);
    case "zoom":
      return zoom(desk, found.by);
    case "fit":
      if (state.focus) state.focus.viewport = null;
      return desk.changed();
    default:
      return inGrid(desk, found);
  }
}
function inGrid(desk, found) {
  const { state } = desk;
  const id = state.ids[state.cursor];
  switch (found.name) {
    case "open":
      return openFocus(desk, state.cursor);
    case "toggle":
      return id === void 0 ? void 0 : desk.set({ selection: state.selection.toggle(id, state.ids) });
    case "all":
      return selectAll(desk);
    case "search":
      return desk.searchBox?.focus();
    case "page":
      return turnPage(desk, found.by);
    case "move":
      return moveCursor(desk, found.to, found.extend);
  }
}
function selectAll(desk) {
  const { state } = desk;
  const whole = state.ids.every((id) => state.selection.ids.has(id));
  const all = whole && state.ids.length > 0 ? state.selection.everything(state.total) : state.selection.all(state.ids);
  desk.set({ selection: all });
}
function moveCursor(desk, to, extend2) {
  const { state } = desk;
  const columns = state.view === "table" ? 1 : desk.columns;
  const cursor = moved(state.cursor, to, columns, state.ids.length);
  if (extend2) {
    const from = state.selection.anchor === null ? state.selection.only(state.ids[state.cursor]) : state.selection;
    desk.set({ selection: from.range(state.ids[cursor], state.ids) });
  }
  if (cursor === state.cursor && !extend2) {
    if ((to === "right" || to === "down") && cursor >= state.ids.length - desk.columns) turnPage(desk, 1);
    if ((to === "left" || to === "up") && cursor < desk.columns && state.offset > 0) {
      load(desk, state.offset - state.pageSize, { cursor: state.pageSize - 1 });
    }
  }
  desk.set({ cursor, selection: desk.state.selection.left() });
  desk.showCursor = true;
}
function giveKey(desk, label) {
  if (!label) return desk.say(`There are only ${number(desk.state.labels.length)} labels.`);
  return give(desk, { label: label.id, skipped: false });
}
function give(desk, to) {
  const { state } = desk;
  if (state.theme?.boxes && to.label !== null) return desk.say(ON_BOXES);
  if (state.view === "focus") return giveInFocus(desk, to);
  const id = state.ids[state.cursor];
  if (severalMeant(desk)) {
    const seen = state.selection.matching === null ? state.ids.filter((id2) => state.selection.has(id2)) : [];
    const coming = seen.filter((id2) => desk.thumbs.get(id2) === void 0).length;
    if (coming > 0) return refuse(desk, `${plural(coming, "selected image is", "selected images are")} not painted yet.`);
    const broken = to.label === null ? 0 : seen.filter((id2) => desk.thumbs.get(id2) === "broken").length;
    if (broken > 0) return refuse(desk, `${plural(broken, "selected image")} cannot be shown, so ${broken === 1 ? "it" : "they"} cannot be labeled. Skip or delete what cannot be shown.`);
    return decideSelected(desk, to);
  }
  if (id === void 0) return void 0;
  const thumb = desk.thumbs.get(id);
  if (!thumb) return refuse(desk, "This image is not painted yet.");
  if (thumb === "broken" && to.label !== null) return refuse(desk, CANNOT_BE_SHOWN);
  decide(desk, id, to);
  return desk.set({ cursor: Math.min(state.cursor + 1, state.ids.length - 1), selection: state.selection.left() });
}
function severalMeant({ state }) {
  return state.selection.size > 0 && !(state.selection.clicked && state.selection.has(state.ids[state.cursor]));
}
function accept(desk) {
  const { state } = desk;
  if (state.view !== "focus" && severalMeant(desk)) {
    if (state.selection.matching !== null) return refuse(desk, "Predictions are accepted as far as you see them: select a page.");
    return acceptAll(desk, state.selection.ids, (why) => refuse(desk, why));
  }
  const id = state.view === "focus" ? state.focus?.ids[state.focus.index] : state.ids[state.cursor];
  const to = id === void 0 ? null : predicted(desk, desk.items.get(id));
  return to ? give(desk, to) : desk.say("The model has no prediction for this image.");
}
function undecided(item) {
  return item !== void 0 && same(decisionOf(item), NOTHING);
}
function acceptPage(desk) {
  if (desk.state.view === "focus") return desk.say("Escape first: a page is accepted where it is seen.");
  const open = desk.state.ids.filter((id) => undecided(desk.items.get(id)));
  if (open.length === 0 && desk.state.ids.length > 0) return desk.say("Every image of this page is decided. Select those whose predictions you prefer, then press A.");
  return acceptAll(desk, open, (why) => refuse(desk, why));
}
function giveInFocus(desk, to) {
  const focus = desk.state.focus;
  const id = focus?.ids[focus.index];
  if (id === void 0) return void 0;
  if (focus && focus.owed > 0) return refuse(desk, "The next image is not here yet.");
  if (!desk.items.has(id)) return refuse(desk, "This image is not here yet.");
  const broken = Boolean(desk.pictures.get(id)?.error);
  if (broken && to.label !== null) return refuse(desk, CANNOT_BE_SHOWN);
  if (!broken && !painted(desk)) return refuse(desk, "This image is not painted yet.");
  const why = focus?.queue ? answer(desk, id, to) : decide(desk, id, to);
  if (why) return refuse(desk, why);
  return advance(desk, to.label === null ? "" : desk.label(to.label)?.color ?? "");
}
function refuse(desk, why) {
  desk.refusals += 1;
  desk.state.notice = { text: `Key refused: ${why}`, trouble: true };
  desk.changedBeside();
}
function takeBack(desk) {
  const shown = undo(desk);
  if (shown === null) return;
  if (desk.state.view === "focus") showSample(desk, shown);
  else if (desk.state.ids.includes(shown)) desk.set({ cursor: desk.state.ids.indexOf(shown) });
}
function askToDelete(desk) {
  const { state } = desk;
  const shown = state.view === "focus" ? state.focus?.ids[state.focus.index] : state.ids[state.cursor];
  const chosen = state.view !== "focus" && state.selection.size > 0;
  if (!chosen && shown === void 0) return;
  const everything = chosen && state.selection.matching !== null;
  const ids = everything ? null : chosen ? [...state.selection.ids] : [
    /** @type {number} */
    shown
  ];
  desk.set({ dialog: { name: "delete samples", ids, where: ids ? null : state.where, count: ids?.length ?? state.selection.size } });
}
function out(desk) {
  const { state } = desk;
  if (state.focus?.queue) closeQueue(desk);
  else if (state.view === "focus") closeFocus(desk);
  else if (state.selection.size > 0) desk.set({ selection: state.selection.none() });
  else desk.set({ notice: null });
}
function zoom(desk, by) {
  const { focus } = desk.state;
  const { frame } = desk;
  const shown = presented(desk);
  if (!focus || !frame || !shown) return;
  focus.viewport = zoomed(shown.view, by, { x: frame.width / 2, y: frame.height / 2 }, shown.size, frame);
  desk.changed();
}

// node_modules/preact/hooks/dist/hooks.mjs
var t2;
var r2;
var u2;
var i2;
var o2 = Object.is;
var f2 = 0;
var c2 = [];
var e2 = [];
var a2 = n;
var v2 = a2.__b;
var l2 = a2.__r;
var m2 = a2.diffed;
var h2 = a2.__c;
var s2 = a2.unmount;
var p2 = a2.__;
function y2(n2, t3) {
  a2.__h && a2.__h(r2, n2, f2 || t3), f2 = 0;
  var u3 = r2.__H || (r2.__H = { __: [], __h: [] });
  return n2 >= u3.__.length && u3.__.push({}), u3.__[n2];
}
function d2(n2) {
  return f2 = 1, _2(G2, n2);
}
function _2(n2, u3, i3) {
  var f3 = y2(t2++, 2);
  if (f3.t = n2, !f3.__c && (f3.__ = [i3 ? i3(u3) : G2(void 0, u3), function(n3) {
    var t3 = (f3.__N || f3.__)[0], r3 = f3.t(t3, n3);
    o2(t3, r3) || (f3.__N = [r3, f3.__[1]], f3.__c.setState({}));
  }], f3.__c = r2, !r2.__f)) {
    r2.__f = true;
    var c3 = r2.shouldComponentUpdate;
    r2.shouldComponentUpdate = function(n3, t3, r3) {
      var u4 = this.__H;
      if (!u4) return true;
      var i4 = false, f4 = this.props != n3;
      if (u4.__.some(function(n4) {
        n4.__N && (i4 = true, o2(n4.__[0], n4.__N[0]) || (f4 = true));
      }), c3) {
        var e3 = c3.call(this, n3, t3, r3);
        return i4 ? e3 || f4 : e3;
      }
      return !i4 || f4;
    };
  }
  return f3.__;
}
function A2(n2, u3) {
  var i3 = y2(t2++, 3);
  !a2.__s && E2(i3.__H, u3) && (i3.__P = true, i3.__ = n2, i3.u = u3, r2.__H.__h.push(i3));
}
function F2(n2, u3) {
  var i3 = y2(t2++, 4);
  !a2.__s && E2(i3.__H, u3) && (i3.__P = false, i3.__ = n2, i3.u = u3, r2.__h.push(i3));
}
function T2(n2) {
  return f2 = 5, w2(function() {
    return { current: n2 };
  }, []);
}
function w2(n2, r3) {
  var u3 = y2(t2++, 7);
  return E2(u3.__H, r3) && (u3.__ = n2(), u3.__H = r3), u3.__;
}
function g2() {
  var n2;
  do {
    for (; n2 = e2.shift(); ) try {
      C2(n2);
    } catch (t4) {
      a2.__e(t4, { __: (n2 = n2.__P) && n2.__v });
    }
    for (; n2 = c2.shift(); ) {
      var t3 = n2.__H;
      if (n2.__P && t3) try {
        t3.__h.some(C2), t3.__h.some(D2), t3.__h = [];
      } catch (r3) {
        t3.__h = [], a2.__e(r3, n2.__v);
      }
    }
  } while (e2.length);
}
a2.__b = function(n2) {
  r2 = null, v2 && v2(n2);
}, a2.__ = function(n2, t3) {
  n2 && t3.__k && t3.__k.__m && (n2.__m = t3.__k.__m), p2 && p2(n2, t3);
}, a2.__r = function(n2) {
  l2 && l2(n2), t2 = 0;
  var i3 = (r2 = n2.__c).__H;
  i3 && (u2 == r2 ? r2.__h = [] : (i3.__h.some(C2), i3.__h.some(D2), t2 = 0), i3.__h = [], i3.__.some(function(n3) {
    n3.__N && (n3.__ = n3.__N), n3.u = n3.__N = void 0;
  })), u2 = r2;
}, a2.diffed = function(n2) {
  m2 && m2(n2);
  var t3 = n2.__c;
  t3 && t3.__H && (t3.__H.__h.length && B2(c2.push(t3)), t3.__H.__.some(function(n3) {
    n3.u && (n3.__H = n3.u);
  })), u2 = r2 = null;
}, a2.__c = function(n2, t3) {
  t3.some(function(n3) {
    try {
      n3.__h.some(C2), n3.__h = n3.__h.filter(function(n4) {
        return !n4.__ || D2(n4);
      });
    } catch (t4) {
      n3.__h = [function() {
        throw t4;
      }];
    }
  }), h2 && h2(n2, t3);
}, a2.unmount = function(n2) {
  s2 && s2(n2);
  var t3, r3, u3 = n2.__c;
  u3 && u3.__H && (u3.__H.__.some(function(u4) {
    try {
      if (u4.__P && u4.__c) {
        if (void 0 === r3) {
          for (r3 = n2.__; r3 && (!r3.__c || !r3.__c.__P); ) r3 = r3.__;
          r3 = r3 && r3.__c;
        }
        u4.__P = r3, B2(e2.push(u4));
      } else C2(u4);
    } catch (n3) {
      t3 = n3;
    }
  }), u3.__H = void 0, t3 && a2.__e(t3, u3.__v));
};
var k2 = "function" == typeof requestAnimationFrame;
function z2(n2) {
  var t3, r3 = function() {
    clearTimeout(u3), k2 && cancelAnimationFrame(t3), setTimeout(n2);
  }, u3 = setTimeout(r3, 35);
  k2 && (t3 = requestAnimationFrame(r3));
}
function B2(n2) {
  1 != n2 && i2 == a2.requestAnimationFrame || ((i2 = a2.requestAnimationFrame) || z2)(g2);
}
function C2(n2) {
  var t3 = r2, u3 = n2.__c;
  "function" == typeof u3 && (n2.__c = void 0, u3()), r2 = t3;
}
function D2(n2) {
  var t3 = r2;
  n2.__c = n2.__(), r2 = t3;
}
function E2(n2, t3) {
  return !n2 || n2.length != t3.length || t3.some(function(t4, r3) {
    return !o2(t4, n2[r3]);
  });
}
function G2(n2, t3) {
  return "function" == typeof t3 ? t3(n2) : t3;
}

// lib/label/uploading.js
var PIECE_BYTES = 2e6;
var PIECES = 100;
function chooseFiles(desk) {
  choose(desk, false);
}
function chooseFolder(desk) {
  choose(desk, true);
}
function choose(desk, folder) {
  const { theme } = desk.state;
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  if (folder) input.webkitdirectory = true;
  else input.accept = "image/*";
  input.onchange = () => {
    const files = [...input.files ?? []].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
    upload(desk, files, theme);
    desk.focusMain();
  };
  input.click();
}
async function drop(desk, data) {
  const { theme } = desk.state;
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry !== null);
  const loose = entries.length === 0 ? [...data.files].map((file) => ({ name: file.name, file })) : [];
  const files = [...loose];
  for (const entry of entries) if (entry) await collect(entry, files);
  await upload(desk, files, theme);
}
async function collect(entry, files) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => (
      /** @type {FileSystemFileEntry} */
      entry.file(done, failed)
    ));
    files.push({ name: entry.fullPath.replace(/^\//, ""), file });
    return;
  }
  const reader = (
    /** @type {FileSystemDirectoryEntry} */
    entry.createReader()
  );
  for (; ; ) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return;
    for (const child of some) await collect(child, files);
  }
}
async function upload(desk, files, theme) {
  const wanted = files.filter(({ file, name }) => file.size > 0 && !/(^|\/)\./.test(name));
  if (!theme || files.length === 0) return;
  if (wanted.length === 0) return desk.say("There is nothing to add: the files are empty or hidden.");
  if (desk.state.upload && !desk.state.upload.finished) return desk.say("Other images are being added. Add these when that is done.");
  const state = { done: 0, total: wanted.reduce((sum, { file }) => sum + file.size, 0), added: 0, duplicates: 0, rejected: [], finished: false, stopped: false, trouble: "" };
  desk.set({ upload: state });
  try {
    for (const pieces of messages(wanted)) {
      if (state.stopped || desk.signal.aborted) break;
      await sendPieces(desk, theme.id, pieces, state);
    }
  } catch (error) {
    state.trouble = `The upload stopped: ${message(error)} Drop the files again: those that are there are passed over.`;
  }
  state.finished = true;
  desk.changed();
  await refreshCounts(desk);
  if (desk.state.view !== "focus") await reload(desk, { quiet: true });
}
function stopUpload(desk) {
  if (desk.state.upload) desk.state.upload.stopped = true;
}
async function sendPieces(desk, theme, pieces, state) {
  const buffers = await Promise.all(pieces.map((piece) => piece.source.slice(piece.from, piece.to).arrayBuffer()));
  const told = pieces.map(({ file, name, offset, size }) => ({ file, name, offset, size }));
  const { value } = await desk.link.call("upload", { theme, annotator: desk.state.annotator, pieces: told }, buffers);
  state.done += pieces.reduce((sum, piece) => sum + piece.to - piece.from, 0);
  state.added += value.added;
  state.duplicates += value.duplicates;
  state.rejected = [...state.rejected, ...value.rejected];
  desk.changed();
}
function* messages(files, most = PIECE_BYTES) {
  let pieces = [];
  let room = most;
  for (const { name, file } of files) {
    const id = newKey();
    for (let offset = 0; offset < file.size; ) {
      const length = Math.min(file.size - offset, most);
      if (pieces.length > 0 && (length > room || pieces.length === PIECES)) {
        yield pieces;
        pieces = [];
        room = most;
      }
      pieces.push({ file: id, name, offset, size: file.size, from: offset, to: offset + length, source: file });
      room -= length;
      offset += length;
    }
  }
  if (pieces.length > 0) yield pieces;
}

// lib/typed_input.js
function TypedInput({ value, onTyped, ...rest }) {
  const [text, setText] = d2(
    /** @type {string | null} */
    null
  );
  return k("input", {
    ...rest,
    value: text ?? value,
    onInput: (event) => setText(event.target.value),
    onChange: (event) => {
      setText(null);
      onTyped(event.target.value, event.target);
    },
    onBlur: () => setText(null)
  });
}

// lib/label/views/mark.js
function Swatch({ color }) {
  return k("span", { class: "wb-swatch", style: { background: color }, "aria-hidden": "true" });
}
function Mark({ desk, item }) {
  const label = item.label === null ? void 0 : desk.label(item.label);
  if (!label) return k("span", { class: "wb-mark wb-faint" }, item.label !== null || item.skipped ? decisionName(desk, item) : "–");
  const key = desk.state.labels.indexOf(label) + 1;
  return k("span", { class: "wb-mark" }, k(Swatch, { color: label.color }), key <= 9 && k("span", { class: "wb-key" }, key), k("span", { class: "wb-ellipsis" }, label.name));
}

// lib/label/views/queue.js
var READ_MS = 1e4;
function TeamButtons({ desk }) {
  const { theme, team, focus } = desk.state;
  A2(() => {
    const read = () => !document.hidden && desk.state.health === "live" && readTeam(desk, { brief: !desk.state.focus?.queue });
    read();
    const timer = setInterval(read, READ_MS);
    return () => clearInterval(timer);
  }, [theme?.id]);
  const waiting = team?.disagreements ?? 0;
  const queue = focus?.queue;
  return k(
    "span",
    { class: "wb-segments", role: "group", "aria-label": "Sharing the work" },
    k("button", { type: "button", "aria-pressed": String(queue === "mine"), title: "Label images that nobody else is given meanwhile (Shift+N)", onClick: () => toggleQueue(desk, "mine") }, "Next for me"),
    (waiting > 0 || queue === "review") && k("button", { type: "button", "aria-pressed": String(queue === "review"), title: "Settle where annotators disagree (Shift+R)", onClick: () => toggleQueue(desk, "review") }, `Review ${number(waiting)}`),
    k("button", { type: "button", title: "Who works on this theme, and how far they agree", onClick: () => desk.set({ dialog: { name: "team" } }) }, "Team")
  );
}
function QueueSide({ desk, item }) {
  const queue = desk.state.focus?.queue;
  if (!queue) return null;
  return k("div", { class: "wb-queue" }, queue === "review" && item?.opinions && k(Opinions, { desk, item }), k(Members, { desk }));
}
function Opinions({ desk, item }) {
  return k(
    "section",
    { "aria-label": "Opinions" },
    k("div", { class: "wb-head" }, k("span", null, "Opinions")),
    (item.opinions ?? []).map(
      (opinion) => k("div", { key: opinion.annotator, class: "wb-opinion" }, k("span", { class: "wb-ellipsis" }, opinion.annotator), k(Mark, { desk, item: opinion }))
    ),
    k("p", { class: "wb-faint" }, "The key of a label settles it.")
  );
}
function Members({ desk }) {
  const { team, annotator, focus } = desk.state;
  if (!team) return null;
  const works = (member) => member.leased > 0 || member.annotator === annotator && focus?.queue === "mine" && focus.ids.length > 0;
  return k(
    "section",
    { "aria-label": "Team" },
    k("div", { class: "wb-head" }, k("span", null, "Team"), k("span", null, "decided")),
    team.members.map(
      (member) => k(
        "div",
        { key: member.annotator, class: "wb-opinion", title: `${plural(member.decided, "image")} decided, ${plural(member.opinions, "second opinion")}, at ${number(member.leased)} now` },
        k("span", { class: "wb-ellipsis" }, works(member) ? "● " : "○ ", member.annotator === annotator ? k("b", null, member.annotator) : member.annotator),
        k("span", { class: "wb-number" }, number(member.decided + member.opinions))
      )
    )
  );
}
function nothingLeft(desk) {
  const focus = desk.state.focus;
  if (focus?.loading) return "Looking for images …";
  if (focus?.queue === "review") return "No disagreement waits for a review. New ones appear here by themselves; Escape returns to the overview.";
  const others = (desk.state.team?.members ?? []).filter((member) => member.annotator !== desk.state.annotator && member.leased > 0);
  const held = others.reduce((sum, member) => sum + member.leased, 0);
  const passed = (focus?.ids ?? []).filter((id) => decisionName(desk, desk.items.get(id) ?? { label: null, skipped: false }) === "unlabeled").length;
  if (passed > 0) return `You passed over ${plural(passed, "image")}: the left arrow goes back. Escape leaves them to others.`;
  const where = held > 0 ? ` ${plural(held, "image")} ${held === 1 ? "is" : "are"} with ${others.map((member) => member.annotator).join(", ")}.` : "";
  return `Nothing is left for you now.${where} What comes back appears here by itself; Escape returns to the overview.`;
}

// lib/label/views/bar.js
function Bar({ desk }) {
  const { state } = desk;
  const home = state.view === "home";
  return k(
    "div",
    { class: "wb-bar" },
    home || desk.gallery ? k("b", null, home ? "Themes" : state.theme?.name) : k(
      "button",
      { type: "button", class: "wb-theme", title: "Show all themes", onClick: () => leave(desk) },
      k("span", { "aria-hidden": "true" }, "‹ "),
      k("b", null, state.theme?.name)
    ),
    !home && k(Progress, { desk }),
    k("span", { class: "wb-grow" }),
    k(Annotator, { desk }),
    !home && !desk.gallery && k(TeamButtons, { desk }),
    !home && k("button", { type: "button", onClick: () => run(desk, { name: "undo" }), title: "Undo the last act (U)" }, "Undo"),
    k("button", { type: "button", "aria-label": "Show the keys", title: "Show the keys (?)", onClick: () => desk.set({ dialog: { name: "help" } }) }, "?")
  );
}
function leave(desk) {
  if (desk.state.focus?.queue) closeQueue(desk);
  goHome(desk);
}
function Progress({ desk }) {
  const counts = desk.countsNow();
  const total = counts.total();
  const boxes = desk.state.theme?.boxes;
  if (boxes) return [k("span", { class: "wb-number", "data-count": "boxes" }, `${plural(total, "image")}, ${plural(Object.values(boxes).reduce((a3, b) => a3 + b, 0), "box", "boxes")}`), k("span", { class: "wb-faint wb-ellipsis", title: ON_BOXES }, ON_BOXES)];
  const labeled = counts.total({ state: "labeled" });
  const skipped = counts.total({ state: "skipped" });
  const { sitting } = desk.state;
  const rate = pace(sitting);
  const left = timeLeft(sitting, total - labeled - skipped);
  const said = [`${number(sitting.images)} in this sitting`];
  if (rate !== null) said.push(`${number(rate)}/h`);
  if (left !== null) said.push(`${duration(left)} left`);
  return [
    k("span", { class: "wb-number", "data-count": "labeled" }, `${number(labeled)} of ${number(total)} labeled`),
    k(
      "span",
      { class: "wb-progress", role: "progressbar", "aria-label": "Labeled", "aria-valuenow": percent(labeled, total), "aria-valuemin": 0, "aria-valuemax": 100 },
      k("span", { style: { width: `${total > 0 ? 100 * labeled / total : 0}%` } })
    ),
    // Where the panel is narrow this gives way, not the buttons beside it.
    sitting.images > 0 && k("span", { class: "wb-number wb-faint wb-ellipsis wb-pace", title: ["Labeled in this sitting; images an hour, over the last minutes of work; time left", ...said].join("\n") }, said.join("  "))
  ];
}
function Annotator({ desk }) {
  return k(
    "label",
    { class: "wb-annotator" },
    k("span", { class: "wb-faint" }, "annotator "),
    k(TypedInput, {
      type: "text",
      value: desk.state.annotator,
      size: 10,
      maxLength: 100,
      title: "The name that is recorded with each of your decisions",
      onTyped: (text, input) => {
        const name = text.trim() || desk.model.get("config").annotator;
        if (desk.state.focus?.queue) closeQueue(desk);
        input.value = name;
        desk.remember("annotator", name);
        desk.acts = [];
        desk.set({ annotator: name });
      },
      onKeyDown: (event) => event.key === "Enter" && desk.focusMain()
    })
  );
}

// lib/modal.js
function useFocus(box, first) {
  F2(() => {
    const before = document.activeElement;
    const around = (
      /** @type {HTMLElement | null} */
      box.current?.parentElement?.closest("[role=dialog], [role=application]") ?? null
    );
    const target = (
      /** @type {HTMLElement | null} */
      box.current?.querySelector(first) ?? box.current
    );
    target?.focus({ preventScroll: true });
    box.current?.scrollIntoView({ block: "nearest" });
    return () => {
      const left = document.activeElement;
      if (left !== document.body && !box.current?.contains(left)) return;
      queueMicrotask(() => giveBack2(before, around));
    };
  }, []);
}
function giveBack2(before, around) {
  const target = before instanceof HTMLElement && around?.contains(before) ? before : around;
  target?.focus({ preventScroll: true });
}
function goRound(event, box) {
  if (event.key !== "Tab" || !box) return;
  const stops = (
    /** @type {HTMLElement[]} */
    [...box.querySelectorAll("button:not(:disabled), input, select, textarea")]
  );
  const [first, last] = [stops[0], stops[stops.length - 1]];
  if (document.activeElement !== (event.shiftKey ? first : last)) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}

// lib/label/views/dialog.js
function Dialog({ desk, title, act, danger, disabled, onAct, children, wide }) {
  const box = T2(
    /** @type {HTMLFormElement | null} */
    null
  );
  const [trouble, setTrouble] = d2("");
  const [busy, setBusy] = d2(false);
  F2(() => {
    const first = (
      /** @type {HTMLElement | null} */
      box.current?.querySelector("input, select, textarea") ?? box.current?.querySelector("button")
    );
    first?.focus({ preventScroll: true });
    const watcher = new ResizeObserver(() => box.current?.scrollIntoView({ block: "nearest" }));
    if (box.current) watcher.observe(box.current);
    return () => {
      watcher.disconnect();
      queueMicrotask(() => desk.focusMain());
    };
  }, []);
  F2(() => {
    if (desk.hasFocus && !box.current?.contains(document.activeElement)) box.current?.focus();
  });
  const submit = async () => {
    if (busy || disabled || !onAct) return;
    setBusy(true);
    try {
      await onAct();
    } catch (error) {
      setTrouble(message(error));
    } finally {
      setBusy(false);
    }
  };
  return k(
    "div",
    { class: "wb-veil", onMouseDown: (event) => event.target === event.currentTarget && close(desk) },
    k(
      "form",
      {
        ref: box,
        tabIndex: -1,
        class: `wb-dialog${wide ? " wb-wide" : ""}`,
        role: "dialog",
        "aria-modal": "true",
        "aria-label": title,
        noValidate: true,
        onSubmit: (event) => {
          event.preventDefault();
          submit();
        },
        onKeyDown: (event) => onKey2(desk, event, box.current)
      },
      k("h3", null, title),
      k("div", { class: "wb-dialog-body" }, children),
      trouble && k("p", { class: "wb-warn", role: "alert" }, trouble),
      k(
        "div",
        { class: "wb-row wb-right" },
        k("button", { type: "button", onClick: () => close(desk) }, act ? "Cancel" : "Close"),
        act && k("button", { type: "submit", class: danger ? "wb-danger" : "wb-primary", disabled, "aria-busy": String(busy) }, busy ? "Working …" : act)
      )
    )
  );
}
function close(desk) {
  desk.set({ dialog: null });
}
function onKey2(desk, event, box) {
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close(desk);
  }
  goRound(event, box);
}

// lib/label/views/labels_dialog.js
function LabelsDialog({ desk }) {
  const { labels, theme } = desk.state;
  const [name, setName] = d2("");
  const [trouble, setTrouble] = d2("");
  const [going, setGoing] = d2(
    /** @type {{label: Label, samples: number, boxes: number} | null} */
    null
  );
  const change = async (method, params) => {
    setTrouble("");
    try {
      const { value } = await desk.link.call(method, { theme: theme?.id, annotator: desk.state.annotator, ...params });
      desk.set({ labels: value });
      return true;
    } catch (error) {
      setTrouble(message(error));
      return false;
    }
  };
  const add = async () => {
    if (name.trim() && await change("add label", { name })) setName("");
  };
  const move = (index, by) => {
    const order2 = labels.map((label) => label.id);
    [order2[index], order2[index + by]] = [order2[index + by], order2[index]];
    return change("reorder labels", { order: order2 });
  };
  const ask = async (label) => {
    try {
      const { value } = await desk.link.call("label use", { label: label.id });
      setGoing({ label, ...value });
    } catch (error) {
      setTrouble(message(error));
    }
  };
  const remove = async (method, params) => {
    if (!await change(method, params)) return;
    setGoing(null);
    desk.acts = [];
    await refreshCounts(desk);
    await reload(desk, { quiet: true });
    desk.say(method === "merge labels" ? "The labels are merged." : "The label is deleted.", { name: "Undo", run: () => desk.run({ name: "undo" }) });
  };
  return k(
    Dialog,
    { desk, title: `Labels of ${theme?.name}`, wide: true },
    k(
      "ol",
      { class: "wb-label-list" },
      labels.map(
        (label, index) => k(
          "li",
          { key: label.id },
          k("span", { class: "wb-key" }, index < 9 ? index + 1 : ""),
          k("input", { type: "color", value: label.color, "aria-label": `Color of ${label.name}`, onChange: (event) => change("edit label", { label: label.id, color: event.target.value }) }),
          k(TypedInput, { type: "text", value: label.name, "aria-label": `Name of ${label.name}`, class: "wb-grow", onTyped: (name2) => change("edit label", { label: label.id, name: name2 }), onKeyDown: noSubmit }),
          k("button", { type: "button", disabled: index === 0, "aria-label": `Move ${label.name} up`, title: "Move up", onClick: () => move(index, -1) }, "↑"),
          k("button", { type: "button", disabled: index === labels.length - 1, "aria-label": `Move ${label.name} down`, title: "Move down", onClick: () => move(index, 1) }, "↓"),
          k("button", { type: "button", "aria-label": `Delete or merge ${label.name}`, onClick: () => ask(label) }, "Delete or merge…")
        )
      )
    ),
    k(
      "div",
      { class: "wb-row" },
      k("input", {
        type: "text",
        class: "wb-grow",
        placeholder: "New label",
        "aria-label": "New label",
        value: name,
        onInput: (event) => setName(event.target.value),
        onKeyDown: (event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          add();
        }
      }),
      k("button", { type: "button", onClick: add }, "Add label")
    ),
    trouble && k("p", { class: "wb-warn", role: "alert" }, trouble),
    going && k(Going, { key: going.label.id, desk, going, remove, cancel: () => setGoing(null) })
  );
}
function Going({ desk, going, remove, cancel }) {
  const { label, samples, boxes } = going;
  const others = desk.state.labels.filter((other) => other.id !== label.id);
  const [into, setInto] = d2(others[0]?.id ?? 0);
  const target = others.find((other) => other.id === into);
  const box = T2(
    /** @type {HTMLElement | null} */
    null
  );
  useFocus(box, "button:last-child");
  return k(
    "div",
    { ref: box, class: "wb-going", role: "group", "aria-label": `Delete or merge ${label.name}` },
    k("p", null, k(Swatch, { color: label.color }), ` “${label.name}” is on ${plural(samples, "image")}${boxes > 0 ? ` and ${plural(boxes, "box", "boxes")}` : ""}. Deleting it leaves them without a label; merging gives them the other one.`),
    k(
      "div",
      { class: "wb-row" },
      k("button", { type: "button", class: "wb-danger", onClick: () => remove("delete label", { label: label.id }) }, samples > 0 ? `Delete, unlabel ${plural(samples, "image")}` : "Delete label"),
      others.length > 0 && k(
        "select",
        { "aria-label": "Merge into", onChange: (event) => setInto(Number(event.target.value)) },
        others.map((other) => k("option", { key: other.id, value: other.id, selected: other.id === into }, other.name))
      ),
      target && k("button", { type: "button", onClick: () => remove("merge labels", { label: label.id, into: target.id }) }, `Merge into “${target.name}”`),
      k("button", { type: "button", onClick: cancel }, "Keep")
    )
  );
}
function noSubmit(event) {
  if (event.key !== "Enter") return;
  event.preventDefault();
  event.target.blur();
}

// lib/label/views/splits_dialog.js
var SPLITS = ["train", "valid", "test"];
var USUAL = ["70", "15", "15"];
function SplitsDialog({ desk }) {
  const { theme, annotator } = desk.state;
  const [shares, setShares] = d2(USUAL);
  const [seed, setSeed] = d2("42");
  const [reset, setReset] = d2(false);
  const [fromTrain, setFromTrain] = d2(false);
  const [preview, setPreview] = d2(
    /** @type {any} */
    null
  );
  const [trouble, setTrouble] = d2("");
  const ratios = shares.map((share2) => Number(share2) / 100);
  const sum = shares.reduce((all, share2) => all + Number(share2), 0);
  A2(() => {
    desk.link.call("usual splits").then(
      ({ value }) => {
        const usual = value.ratios.map((ratio) => String(Number((100 * ratio).toFixed(6))));
        setShares((now) => now === USUAL ? usual : now);
        setSeed((now) => now === "42" ? String(value.seed) : now);
      },
      () => {
      }
    );
  }, []);
  const params = { theme: theme?.id, ratios, seed: Math.trunc(Number(seed)) || 0, reset, valid_from_train: fromTrain && !reset, annotator };
  A2(() => {
    if (Math.abs(sum - 100) > 1e-6) {
      setPreview(null);
      setTrouble(`${shares.map((share2) => Number(share2)).join(" + ")} is ${Number(sum.toFixed(6))} %; the three shares must sum to 100 %.`);
      return;
    }
    const timer = setTimeout(() => {
      desk.link.call("preview splits", params).then(
        ({ value }) => {
          setPreview(value);
          setTrouble("");
        },
        (error) => {
          setPreview(null);
          setTrouble(error.message);
        }
      );
    }, 150);
    return () => clearTimeout(timer);
  }, [shares.join(), seed, reset, fromTrain]);
  const assigned = preview ? SPLITS.reduce((sum2, split) => sum2 + preview.assigned[split], 0) : 0;
  const taken = reset && preview ? preview.reset : 0;
  const moved2 = preview ? preview.moved : 0;
  const assign = async () => {
    const { value } = await desk.link.call("assign splits", params);
    close(desk);
    desk.say(`Assigned ${SPLITS.map((split) => `${number(value.assigned[split])} ${split}`).join(", ")}.${taken > 0 ? ` ${plural(taken, "image")} had a split before.` : ""}${value.moved > 0 ? ` ${plural(value.moved, "image")} went from train to valid.` : ""}`);
    await refreshCounts(desk);
    await reload(desk, { quiet: true });
  };
  const act = taken > 0 ? `Reset and assign ${plural(assigned, "image")}` : moved2 > 0 ? `${assigned > 0 ? `Assign ${number(assigned)}, move` : "Move"} ${plural(moved2, "image")}` : `Assign ${plural(assigned, "image")}`;
  return k(
    Dialog,
    { desk, title: `Splits of ${theme?.name}`, act, danger: taken > 0, disabled: assigned + moved2 === 0, onAct: assign, wide: true },
    k(
      "div",
      { class: "wb-row" },
      SPLITS.map(
        (split, index) => k(
          "label",
          { key: split, class: "wb-field" },
          `${split} %`,
          k("input", { type: "number", min: 0, max: 100, value: shares[index], onInput: (event) => setShares(shares.map((share2, at) => at === index ? event.target.value : share2)) })
        )
      ),
      k("label", { class: "wb-field" }, "Seed", k("input", { type: "number", value: seed, onInput: (event) => setSeed(event.target.value) }))
    ),
    k("p", { class: "wb-faint" }, "Only labeled images without a split get one, stratified by label. What is in valid or test stays there: no model is ever judged by what it learned from."),
    k("label", null, k("input", { type: "checkbox", checked: reset, onChange: (event) => setReset(event.target.checked) }), " Take all splits away first. Results before and after cannot be compared; it is recorded in the history."),
    k("label", null, k("input", { type: "checkbox", checked: fromTrain && !reset, disabled: reset, onChange: (event) => setFromTrain(event.target.checked) }), " Fill valid from train, for images that came with train and test only. Test stays as it is."),
    trouble && k("p", { class: "wb-warn", role: "alert" }, trouble),
    preview && k(Preview, { preview }),
    preview && assigned + moved2 === 0 && k("p", null, "Every labeled image has a split already.")
  );
}
function Preview({ preview }) {
  return k(
    "table",
    { class: "wb-counts", "aria-label": "Counts after this" },
    k("thead", null, k("tr", null, k("th", null, "After this"), SPLITS.map((split) => k("th", { key: split }, split)))),
    k(
      "tbody",
      null,
      Object.entries(preview.counts).map(
        ([label, counts]) => k("tr", { key: label }, k("td", null, label), SPLITS.map((split) => k("td", { key: split, class: "wb-number" }, number(
          /** @type {any} */
          counts[split]
        ))))
      ),
      k("tr", { class: "wb-new" }, k("td", null, "newly assigned"), SPLITS.map((split) => k("td", { key: split, class: "wb-number" }, `${preview.assigned[split] > 0 ? "+" : ""}${number(preview.assigned[split])}`))),
      preview.moved > 0 && k("tr", { class: "wb-new" }, k("td", null, "from train to valid"), [-preview.moved, preview.moved, 0].map((change, index) => k("td", { key: index, class: "wb-number" }, `${change > 0 ? "+" : change < 0 ? "−" : ""}${number(Math.abs(change))}`)))
    )
  );
}

// lib/label/views/team_dialog.js
function TeamDialog({ desk }) {
  const { theme, team } = desk.state;
  const [agreement, setAgreement] = d2(
    /** @type {any} */
    null
  );
  const [trouble, setTrouble] = d2("");
  A2(() => {
    readTeam(desk);
    desk.link.call("agreement", { theme: theme?.id }).then(({ value }) => setAgreement(value), (error) => setTrouble(error.message));
  }, []);
  return k(
    Dialog,
    { desk, title: `Team of ${theme?.name}`, wide: true },
    team && k(Share, { desk, team }),
    team && k(Members2, { team }),
    team && team.disagreements > 0 && k("div", { class: "wb-row" }, k("span", null, `${plural(team.disagreements, "disagreement")} ${team.disagreements === 1 ? "waits" : "wait"} for a reviewer.`), k("button", { type: "button", onClick: () => review(desk) }, `Review ${plural(team.disagreements, "image")}`)),
    trouble && k("p", { class: "wb-warn", role: "alert" }, trouble),
    agreement ? k(Agreement, { desk, agreement }) : !trouble && k("p", { class: "wb-faint", role: "status" }, "Computing the agreement …")
  );
}
function review(desk) {
  close(desk);
  if (desk.state.focus?.queue !== "review") toggleQueue(desk, "review");
}
function Share({ desk, team }) {
  const [percent2, setPercent] = d2(String(Math.round(100 * team.overlap)));
  const [trouble, setTrouble] = d2("");
  const wanted = Number(percent2) / 100;
  const change = async () => {
    try {
      await desk.link.call("set overlap", { theme: desk.state.theme?.id, overlap: wanted });
      setTrouble("");
      await readTeam(desk);
    } catch (error) {
      setTrouble(message(error));
    }
  };
  return k(
    "div",
    null,
    k(
      "div",
      { class: "wb-row" },
      k("label", null, "Second opinions on ", k("input", { type: "number", min: 0, max: 100, step: 1, value: percent2, onInput: (event) => setPercent(event.target.value) }), " % of the images"),
      k("button", { type: "button", disabled: wanted === team.overlap || percent2 === "", onClick: change }, "Set")
    ),
    k("p", { class: "wb-faint" }, "“Next for me” mixes them in: always the same images, without the first label in sight."),
    trouble && k("p", { class: "wb-warn", role: "alert" }, trouble)
  );
}
function Members2({ team }) {
  if (team.members.length === 0) return k("p", null, "Nobody has decided about an image yet.");
  return k(
    "table",
    { class: "wb-counts", "aria-label": "Annotators" },
    k("thead", null, k("tr", null, ["Annotator", "Decided", "Second opinions", "Holds now", "Last act"].map((name) => k("th", { key: name }, name)))),
    k(
      "tbody",
      null,
      team.members.map(
        (member) => k(
          "tr",
          { key: member.annotator },
          k("td", null, member.annotator),
          [member.decided, member.opinions, member.leased].map((value, index) => k("td", { key: index, class: "wb-number" }, number(value))),
          k("td", null, moment(member.last_act) || "–")
        )
      )
    )
  );
}
function Agreement({ desk, agreement }) {
  const order2 = desk.state.labels.map((label) => label.name);
  const labels = agreement.labels.toSorted((a3, b) => order2.indexOf(a3.label) - order2.indexOf(b.label));
  if (agreement.samples === 0) return k("p", null, "No image has been looked at by two annotators yet, so there is no agreement to measure.");
  return k(
    "section",
    { "aria-label": "Agreement" },
    k("p", null, `On ${plural(agreement.samples, "image")} with several opinions, ${agreement.percent.toFixed(1)} % of the pairs of answers agree. Fleiss' kappa: `, k("b", null, kappa(agreement.fleiss)), "."),
    k(
      "div",
      { class: "wb-tables" },
      k(Figures, { title: "Pairs of annotators", head: ["Pair", "Images", "Agree", "Cohen's kappa"], rows: agreement.pairs.map((pair) => [`${pair.first}, ${pair.second}`, number(pair.samples), `${pair.percent.toFixed(1)} %`, kappa(pair.kappa)]) }),
      k(Figures, { title: "Labels", head: ["Label", "Answers", "Agree", "Fleiss' kappa"], rows: labels.map((row) => [row.label, number(row.answers), `${row.percent.toFixed(1)} %`, kappa(row.kappa)]) })
    ),
    k("p", { class: "wb-faint" }, "Kappa is 1 for full agreement and 0 for what chance alone would give; – where everybody always gave the same answer.")
  );
}
function Figures({ title, head, rows }) {
  return k(
    "table",
    { class: "wb-counts", "aria-label": title },
    k("thead", null, k("tr", null, head.map((name) => k("th", { key: name }, name)))),
    k("tbody", null, rows.map((row) => k("tr", { key: row[0] }, row.map((cell, index) => k("td", { key: index, class: index > 0 ? "wb-number" : "" }, cell)))))
  );
}
function kappa(value) {
  return value === null ? "–" : value.toFixed(2);
}

// lib/label/views/theme_dialog.js
function ThemeDialog({ desk, dialog }) {
  const { theme } = dialog;
  const [name, setName] = d2(theme?.name ?? "");
  const [description, setDescription] = d2(theme?.description ?? "");
  const [labels, setLabels] = d2("");
  const names = labels.split("\n").map((line) => line.trim()).filter(Boolean);
  const save = async () => {
    if (theme) {
      await desk.link.call("edit theme", { theme: theme.id, name, description });
      close(desk);
      await goHome(desk);
    } else {
      const listed = names.map((line) => {
        const color = /\s(#[0-9a-fA-F]{6})$/.exec(line)?.[1] ?? null;
        return { name: color ? line.slice(0, -color.length).trim() : line, color };
      });
      const { value } = await desk.link.call("create theme", { name, description, labels: listed });
      close(desk);
      await openTheme(desk, value.id);
    }
  };
  return k(
    Dialog,
    { desk, title: theme ? `Edit ${theme.name}` : "New theme", act: theme ? "Save" : "Create theme", disabled: !name.trim(), onAct: save },
    k("label", { class: "wb-field" }, "Name", k("input", { type: "text", value: name, maxLength: 100, onInput: (event) => setName(event.target.value) })),
    k("label", { class: "wb-field" }, "Description", k("textarea", { rows: 3, value: description, onInput: (event) => setDescription(event.target.value) })),
    !theme && k(
      "label",
      { class: "wb-field" },
      "Labels, one a line, in the order of their keys",
      k("textarea", { rows: 6, value: labels, placeholder: "cat\ndog\nbird #009e73", onInput: (event) => setLabels(event.target.value) }),
      k("span", { class: "wb-faint" }, "A color like #009e73 may follow; else each gets its own from a palette that color-blind people can tell apart.")
    )
  );
}
function DeleteThemeDialog({ desk, dialog }) {
  const { theme } = dialog;
  const remove = async () => {
    await desk.link.call("delete theme", { theme: theme.id, annotator: desk.state.annotator });
    close(desk);
    await goHome(desk);
    const run2 = async () => {
      try {
        await desk.link.call("restore theme", { theme: theme.id });
        await goHome(desk);
      } catch (error) {
        desk.complain(error);
      }
    };
    desk.say(`The theme ${theme.name} is deleted.`, { name: "Undo", run: run2 });
  };
  return k(
    Dialog,
    { desk, title: `Delete ${theme.name}?`, act: `Delete ${theme.name} with ${plural(theme.counts.samples, "image")}`, danger: true, onAct: remove },
    k("p", null, `${plural(theme.counts.samples, "image")} and ${plural(theme.counts.labeled, "label")} given by hand or import leave every list. Nothing is erased yet, and Undo brings them back.`)
  );
}

// lib/label/views/dialogs.js
var DIALOGS = {
  help: HelpDialog,
  "delete samples": DeleteDialog,
  move: MoveDialog,
  statistics: StatisticsDialog,
  theme: ThemeDialog,
  "delete theme": DeleteThemeDialog,
  labels: LabelsDialog,
  splits: SplitsDialog,
  team: TeamDialog
};
function Dialogs({ desk }) {
  const { dialog } = desk.state;
  return dialog ? k(
    /** @type {any} */
    DIALOGS[dialog.name],
    { key: dialog.name, desk, dialog }
  ) : null;
}
function HelpDialog({ desk }) {
  const help = desk.review ? [...REVIEW_HELP, ...HELP] : HELP;
  const groups = [...new Set(help.map(([group]) => group))];
  return k(
    Dialog,
    { desk, title: "Keys", wide: true },
    k(
      "div",
      { class: "wb-help" },
      groups.map(
        (group) => k(
          "section",
          { key: group },
          k("h4", null, group),
          k("dl", null, help.filter(([other]) => other === group).map(([, keys, does]) => k("div", { key: keys }, k("dt", null, k("kbd", null, keys)), k("dd", null, does))))
        )
      )
    )
  );
}
function DeleteDialog({ desk, dialog }) {
  const what = plural(dialog.count, "image");
  return k(
    Dialog,
    {
      desk,
      title: `Delete ${what}?`,
      act: `Delete ${what}`,
      danger: true,
      onAct: () => {
        close(desk);
        deleteSamples(desk, dialog.ids, dialog.where);
        arrive(desk);
      }
    },
    k("p", null, "They leave the theme and its counts. Their files and history are kept, and Undo brings them back.")
  );
}
function MoveDialog({ desk, dialog }) {
  const { selection, theme, where, annotator } = desk.state;
  const what = plural(selection.size, "image");
  return k(
    Dialog,
    {
      desk,
      title: `Move ${what} to a split`,
      act: `Move to ${dialog.split}`,
      onAct: async () => {
        const everything = selection.matching !== null;
        const { value } = await desk.link.call("move to split", {
          theme: theme?.id,
          split: dialog.split,
          annotator,
          ids: everything ? null : [...selection.ids],
          where: everything ? where : null
        });
        close(desk);
        const parts = [`${plural(value.moved, "image")} moved to ${dialog.split}`];
        if (value.refused > 0) parts.push(`${number(value.refused)} refused: what is in valid or test stays there, so that no model is judged by what it learned from`);
        if (value.unlabeled > 0) parts.push(`${number(value.unlabeled)} have no label yet`);
        if (value.unchanged > 0) parts.push(`${number(value.unchanged)} were there already`);
        desk.say(`${parts.join("; ")}.`);
        await refreshCounts(desk);
        await reload(desk, { quiet: true });
      }
    },
    k(
      "div",
      { class: "wb-row", role: "radiogroup", "aria-label": "Split" },
      ["train", "valid", "test"].map(
        (split) => k(
          "label",
          { key: split },
          k("input", { type: "radio", name: "split", checked: split === dialog.split, onChange: () => desk.set({ dialog: { ...dialog, name: "move", split } }) }),
          ` ${split}`
        )
      )
    ),
    k("p", { class: "wb-faint" }, "Images in valid or test are never moved; images without a label get no split.")
  );
}
function StatisticsDialog({ desk }) {
  const counts = desk.countsNow();
  const { boxes } = desk.state.theme ?? {};
  if (boxes) return k(BoxStatistics, { desk, boxes });
  const splits = ["train", "valid", "test", "none"];
  const rows = desk.state.labels.map((label) => ({ label, numbers: splits.map((split) => counts.total({ label: label.id, split })) }));
  const total = Math.max(1, counts.total({ state: "labeled" }));
  return k(
    Dialog,
    { desk, title: `Statistics of ${desk.state.theme?.name}`, wide: true },
    k(
      "table",
      { class: "wb-counts" },
      k("thead", null, k("tr", null, ["Label", "Images", "Share", ...splits.map((split) => split === "none" ? "no split" : split)].map((name) => k("th", { key: name }, name)))),
      k(
        "tbody",
        null,
        rows.map(({ label, numbers }) => {
          const sum = numbers.reduce((a3, b) => a3 + b, 0);
          return k(
            "tr",
            { key: label.id },
            k("td", null, k(Swatch, { color: label.color }), " ", label.name),
            k("td", { class: "wb-number" }, number(sum)),
            k("td", { class: "wb-number" }, `${(100 * sum / total).toFixed(1)} %`),
            numbers.map((value, index) => k("td", { key: index, class: "wb-number" }, number(value)))
          );
        })
      )
    ),
    k("p", { class: "wb-faint" }, `${plural(counts.total(), "image")}, ${number(counts.total({ state: "labeled" }))} labeled, ${number(counts.total({ state: "unlabeled" }))} unlabeled, ${number(counts.total({ state: "skipped" }))} skipped; ${number(desk.state.sitting.images)} labeled in this sitting.`)
  );
}
function BoxStatistics({ desk, boxes }) {
  const total = Math.max(1, Object.values(boxes).reduce((a3, b) => a3 + b, 0));
  return k(
    Dialog,
    { desk, title: `Statistics of ${desk.state.theme?.name}` },
    k(
      "table",
      { class: "wb-counts" },
      k("thead", null, k("tr", null, ["Label", "Boxes", "Share"].map((name) => k("th", { key: name }, name)))),
      k(
        "tbody",
        null,
        desk.state.labels.map((label) => {
          const count2 = boxes[label.id] ?? 0;
          return k("tr", { key: label.id }, k("td", null, k(Swatch, { color: label.color }), " ", label.name), k("td", { class: "wb-number" }, number(count2)), k("td", { class: "wb-number" }, `${(100 * count2 / total).toFixed(1)} %`));
        })
      )
    ),
    k("p", { class: "wb-faint" }, `${plural(desk.countsNow().total(), "image")} in all. notebooks/01_label_boxes.ipynb tells how many are done.`)
  );
}

// lib/label/views/facet.js
function Facet({ on, onClick, name, count: count2, title, lead, disabled }) {
  return k(
    "button",
    { type: "button", class: `wb-facet${on ? " wb-on" : ""}`, "aria-pressed": String(on), onClick, title, disabled },
    lead,
    k("span", { class: "wb-ellipsis wb-grow" }, name),
    k("span", { class: "wb-number wb-faint" }, count2)
  );
}

// lib/label/views/answers.js
function Guess({ desk, item }) {
  if (!item.answer) return null;
  const label = item.answer.label === null ? void 0 : desk.label(item.answer.label);
  const sign = item.label === null ? "?" : item.label === item.answer.label ? "=" : "≠";
  return k(
    "span",
    { class: `wb-mark wb-guess${sign === "≠" ? " wb-differs" : ""}` },
    k("span", { "aria-hidden": "true" }, sign),
    // Where it agrees, the label itself stands there with its color.
    label && sign !== "=" ? k(Swatch, { color: label.color }) : null,
    k("span", { class: "wb-ellipsis" }, label?.name ?? "gone"),
    k("span", { class: "wb-number wb-faint" }, share(item.answer.score))
  );
}
function Answers({ desk }) {
  const { state } = desk;
  const { answers, where } = state;
  const agreement = where.agreement ?? "any";
  const wanted = where.predicted ?? null;
  return k(
    "section",
    { "aria-label": "Predictions" },
    k("div", { class: "wb-head" }, k("span", null, `Predicted by version ${desk.review?.version}`)),
    AGREEMENTS.map(
      ([value, name]) => k(Facet, {
        key: value,
        on: agreement === value,
        onClick: () => narrow(desk, { agreement: agreement === value ? "any" : value }),
        name,
        count: number(answered(answers, ([label, other]) => other === value && (wanted === null || label === wanted)))
      })
    ),
    k("div", { class: "wb-head" }, k("span", null, "Predicted label")),
    state.labels.map(
      (label) => k(Facet, {
        key: label.id,
        on: wanted === label.id,
        onClick: () => narrow(desk, { predicted: wanted === label.id ? null : label.id }),
        lead: k(Swatch, { color: label.color }),
        name: label.name,
        count: number(answered(answers, ([other, how]) => other === label.id && (agreement === "any" || how === agreement)))
      })
    ),
    k("div", { class: "wb-head" }, k("span", null, "Score")),
    RANGES.map(([name, lowest, highest]) => {
      const on = where.lowest === lowest && where.highest === highest;
      return k(Facet, { key: name, on, onClick: () => narrow(desk, on ? { lowest: null, highest: null } : { lowest, highest }), name, count: "" });
    })
  );
}

// lib/label/views/thumb.js
function ThumbView({ thumb, side: side2 }) {
  if (thumb === "broken") return k("div", { class: "wb-thumb wb-broken", style: { height: `${side2}px` } }, "cannot be shown");
  const box = { width: `${side2}px`, height: `${side2}px` };
  if (!thumb) return k("div", { class: "wb-thumb", style: box });
  const scale = enlarged(side2 / Math.max(thumb.width, thumb.height));
  const cut = {
    width: `${thumb.width * scale}px`,
    height: `${thumb.height * scale}px`,
    backgroundImage: `url(${thumb.sheet.url})`,
    backgroundSize: `${thumb.sheet.width * scale}px ${thumb.sheet.height * scale}px`,
    backgroundPosition: `${-thumb.x * scale}px ${-thumb.y * scale}px`
  };
  return k("div", { class: "wb-thumb", style: box }, k("div", { class: scale >= 2 ? "wb-crisp" : "", style: cut, "data-painted": "" }));
}
function enlarged(scale) {
  return scale >= 2 ? Math.floor(scale) : scale;
}

// lib/label/views/focus.js
var STRIP = 10;
function FocusView({ desk }) {
  const id = presentId(desk);
  const item = id === void 0 ? void 0 : desk.items.get(id);
  const stage = T2(
    /** @type {HTMLDivElement | null} */
    null
  );
  F2(() => {
    desk.stage = stage.current;
    return () => {
      desk.stage = null;
    };
  }, []);
  F2(() => present(desk));
  return k(
    "div",
    { ref: stage, class: "wb-focus", tabIndex: 0, "data-main": "", role: "group" },
    k(
      "div",
      { class: "wb-focus-body" },
      k("div", { class: "wb-focus-middle" }, item ? k(Line, { desk, item }) : null, k(Frame, { desk, id })),
      k(Keys, { desk, item })
    ),
    k(Strip, { desk })
  );
}
function Line({ desk, item }) {
  const focus = desk.state.focus;
  const [history, setHistory] = d2("");
  A2(() => {
    setHistory("");
    if (item.second || !item.at && !item.annotator) return void 0;
    let left = false;
    const timer = setTimeout(() => {
      const told = desk.link.call("history", { sample: item.id }).then(({ value }) => toldHistory(value), () => "");
      told.then((words) => !left && setHistory(words));
    }, 400);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [item.id, item.label, item.skipped]);
  const scale = desk.frame && focus ? Math.round((focus.viewport ?? fitted(item, desk.frame)).scale * 100) : 100;
  const first = desk.state.offset + (focus?.index ?? 0) - Math.max(0, focus?.ids.indexOf(desk.state.ids[0]) ?? 0) + 1;
  return k(
    "div",
    { class: "wb-line" },
    k("b", { class: "wb-ellipsis", title: item.name }, item.name),
    k(Mark, { desk, item }),
    k(Guess, { desk, item }),
    k("span", { class: "wb-faint" }, item.split ?? "no split"),
    k("span", { class: "wb-faint" }, `${item.width} × ${item.height}, ${bytes(item.size)}, ${scale} %`),
    k("span", { class: "wb-faint wb-ellipsis wb-grow", title: history }, history),
    !focus?.queue && k("span", { class: "wb-faint wb-number" }, `${number(first)} of ${number(desk.state.total)}`)
  );
}
function toldHistory(events) {
  return events.map(({ action, source, annotator, at, after }) => {
    const what = action === "label" || action === "boxes" ? after ?? "unlabeled" : `${action} ${after ?? "none"}`;
    return `${source === "undo" ? "undone to " : ""}${what} by ${annotator} ${moment(at)}`;
  }).join(" ← ");
}
function Frame({ desk, id }) {
  const frame = T2(
    /** @type {HTMLDivElement | null} */
    null
  );
  const picture = id === void 0 ? void 0 : desk.pictures.get(id);
  const focus = desk.state.focus;
  F2(() => {
    const node = frame.current;
    if (!node) return void 0;
    const watcher = new ResizeObserver(() => {
      desk.frame = { width: node.clientWidth, height: node.clientHeight };
      desk.changed();
    });
    watcher.observe(node);
    return () => watcher.disconnect();
  }, []);
  const waits = !picture?.image;
  return k(
    "div",
    {
      ref: frame,
      class: "wb-frame",
      "aria-busy": String(waits && !picture?.error),
      onWheel: (event) => onWheel(desk, event),
      onPointerDown: (event) => onDrag(desk, event),
      onDblClick: () => focus && desk.set({ focus: Object.assign(focus, { viewport: null }) })
    },
    k("div", { class: "wb-holder" }),
    waits && k("div", { class: "wb-wait" }, picture?.error ? `Cannot be shown: ${picture.error}` : id === void 0 && focus?.queue ? nothingLeft(desk) : id === void 0 ? "That was the last image here. Escape returns to the overview." : "Loading this image …"),
    focus?.flash && k("div", { key: `${id}`, class: "wb-flash", style: { "--wb-flash": focus.flash } }),
    desk.typing.active && k(TypingBox, { desk })
  );
}
function TypingBox({ desk }) {
  const found = desk.typing.matches(desk.state.labels).slice(0, 6);
  return k(
    "div",
    { class: "wb-typing", role: "status" },
    k("span", null, "Label: ", k("b", null, desk.typing.text || "…")),
    found.map((label) => k("span", { key: label.id, class: "wb-mark" }, k(Swatch, { color: label.color }), label.name))
  );
}
function onWheel(desk, event) {
  const focus = desk.state.focus;
  const shown = presented(desk);
  if (!focus || !shown || !desk.frame) return;
  event.preventDefault();
  const box = (
    /** @type {HTMLElement} */
    event.currentTarget.getBoundingClientRect()
  );
  const factor = Math.exp(-Math.max(-100, Math.min(100, event.deltaY)) / 400);
  focus.viewport = zoomed(shown.view, factor, { x: event.clientX - box.left, y: event.clientY - box.top }, shown.size, desk.frame);
  desk.changed();
}
function onDrag(desk, event) {
  const focus = desk.state.focus;
  const node = (
    /** @type {HTMLElement} */
    event.currentTarget
  );
  const shown = presented(desk);
  if (!focus || !shown || event.button !== 0) return;
  const from = { x: event.clientX, y: event.clientY };
  node.setPointerCapture(event.pointerId);
  node.onpointermove = (move) => {
    if (!desk.frame) return;
    focus.viewport = panned(shown.view, move.clientX - from.x, move.clientY - from.y, shown.size, desk.frame);
    desk.changed();
  };
  node.onlostpointercapture = () => {
    node.onpointermove = null;
    node.onlostpointercapture = null;
  };
}
function Keys({ desk, item }) {
  return k(
    "div",
    { class: "wb-keys" },
    desk.state.labels.map(
      (label, index) => k(
        "button",
        {
          key: label.id,
          type: "button",
          class: `wb-label-key${item?.label === label.id ? " wb-on" : ""}`,
          "aria-pressed": String(item?.label === label.id),
          tabIndex: -1,
          title: label.name,
          disabled: Boolean(desk.state.theme?.boxes),
          onClick: () => give(desk, { label: label.id, skipped: false })
        },
        k("span", { class: "wb-key" }, index < 9 ? index + 1 : ""),
        k(Swatch, { color: label.color }),
        k("span", { class: "wb-ellipsis" }, label.name)
      )
    ),
    desk.review && k("button", { type: "button", class: "wb-label-key", tabIndex: -1, onClick: () => accept(desk) }, k("span", { class: "wb-key" }, "A"), "Accept"),
    k("button", { type: "button", class: "wb-label-key", tabIndex: -1, onClick: () => give(desk, { label: null, skipped: false }) }, k("span", { class: "wb-key" }, "0"), "Clear"),
    k("button", { type: "button", class: "wb-label-key", tabIndex: -1, onClick: () => give(desk, { label: null, skipped: true }) }, k("span", { class: "wb-key" }, "S"), "Skip"),
    k(QueueSide, { desk, item })
  );
}
function Strip({ desk }) {
  const focus = desk.state.focus;
  if (!focus) return null;
  const before = focus.ids.slice(Math.max(0, focus.index - STRIP), focus.index);
  const after = focus.ids.slice(focus.index, focus.index + STRIP + 1);
  const blanks = Array.from({ length: STRIP - before.length }, (_3, index) => k("span", { key: `blank-${index}`, class: "wb-strip-cell" }));
  const cell = (id) => {
    const item = desk.items.get(id);
    return k(
      "button",
      {
        key: id,
        type: "button",
        tabIndex: -1,
        class: `wb-strip-cell${id === focus.ids[focus.index] ? " wb-current" : ""}`,
        title: item ? `${item.name}, ${decisionName(desk, item)}` : "",
        "aria-label": item ? `${item.name}, ${decisionName(desk, item)}` : "image",
        onClick: () => {
          showSample(desk, id);
          desk.focusMain();
        }
      },
      k(ThumbView, { thumb: desk.thumbs.get(id), side: 44 }),
      item ? k(Mark, { desk, item }) : null
    );
  };
  return k(
    "div",
    { class: "wb-strip" },
    k("button", { type: "button", class: "wb-arrow", "aria-label": "Previous image", tabIndex: -1, onClick: () => step(desk, -1) }, "‹"),
    k("div", { class: "wb-strip-cells" }, blanks, before.map(cell), after.map(cell)),
    k("button", { type: "button", class: "wb-arrow", "aria-label": "Next image", tabIndex: -1, onClick: () => step(desk, 1) }, "›")
  );
}

// lib/label/views/grid.js
function Grid({ desk }) {
  const { state } = desk;
  const list = T2(
    /** @type {HTMLDivElement | null} */
    null
  );
  F2(() => {
    if (list.current?.parentElement) list.current.parentElement.scrollTop = 0;
  }, [state.offset, state.where, state.sort]);
  F2(() => {
    const node = list.current;
    if (!node) return;
    desk.columns = Math.max(1, getComputedStyle(node).gridTemplateColumns.split(" ").length);
    if (desk.showCursor) {
      desk.showCursor = false;
      node.children[state.cursor]?.scrollIntoView({ block: "nearest" });
    }
  });
  const current = state.ids[state.cursor];
  return k(
    "div",
    { class: "wb-scroll" },
    k(
      "div",
      {
        ref: list,
        class: "wb-grid",
        role: "listbox",
        "aria-multiselectable": "true",
        "aria-label": "Images",
        "aria-activedescendant": current === void 0 ? void 0 : `${desk.link.view}-${current}`,
        "aria-busy": String(state.loading),
        tabIndex: 0,
        "data-main": "",
        // What is not drawn yet has its height all the same: the card under the cursor is scrolled to before it is drawn.
        style: { gridTemplateColumns: `repeat(auto-fill, minmax(${state.size + 10}px, 1fr))`, "--wb-card": `${state.size + (desk.review ? 42 : 22)}px` }
      },
      state.ids.map((id, index) => {
        const item = desk.items.get(id);
        if (!item) return null;
        return k(Card, {
          key: id,
          desk,
          item,
          index,
          thumb: desk.thumbs.get(id),
          side: state.size,
          selected: state.selection.has(id),
          current: index === state.cursor,
          labels: state.labels
        });
      })
    ),
    state.ids.length === 0 && !state.loading && k(Nothing, { desk })
  );
}
function Nothing({ desk }) {
  const empty = desk.countsNow().total() === 0;
  return k(
    "p",
    { class: "wb-nothing" },
    empty ? "No images yet. Drop files or a folder here, or press “Add images”." : "No image matches this filter."
  );
}
function pick(desk, index, event) {
  const { state } = desk;
  const id = state.ids[index];
  let { selection } = state;
  if (event.shiftKey) {
    const from = selection.anchor === null ? selection.only(state.ids[state.cursor]) : selection;
    selection = from.range(id, state.ids, event.ctrlKey || event.metaKey);
  } else if (event.ctrlKey || event.metaKey) selection = selection.toggle(id, state.ids);
  else selection = selection.size === 1 && selection.has(id) ? selection.none() : selection.only(id, true);
  desk.set({ selection, cursor: index });
}
var Card = class extends x {
  /** @param {CardProps} next */
  shouldComponentUpdate(next) {
    const now = this.props;
    return next.item !== now.item || next.thumb !== now.thumb || next.selected !== now.selected || next.index !== now.index || next.current !== now.current || next.side !== now.side || next.labels !== now.labels;
  }
  render() {
    const { desk, item, index, thumb, side: side2, selected, current } = this.props;
    const label = item.label === null ? void 0 : desk.label(item.label);
    return k(
      "div",
      {
        id: `${desk.link.view}-${item.id}`,
        class: `wb-card${selected ? " wb-selected" : ""}${current ? " wb-current" : ""}`,
        role: "option",
        "aria-selected": String(selected),
        "aria-label": [item.name, decisionName(desk, item), answerWords(desk, item)].filter(Boolean).join(", "),
        "data-sample": item.id,
        title: item.name,
        style: label ? { "--wb-mark": label.color } : {},
        onMouseDown: (event) => event.shiftKey && event.preventDefault(),
        onClick: (event) => pick(desk, index, event),
        onDblClick: () => openFocus(desk, index)
      },
      k(ThumbView, { thumb, side: side2 }),
      k(Mark, { desk, item }),
      k(Guess, { desk, item })
    );
  }
};

// lib/label/views/home.js
function Home({ desk }) {
  const { themes } = desk.state;
  return k(
    "div",
    { class: "wb-scroll wb-home", tabIndex: 0, "data-main": "" },
    k(
      "div",
      { class: "wb-home-head" },
      k("button", { type: "button", class: "wb-primary", onClick: () => desk.set({ dialog: { name: "theme" } }) }, "New theme")
    ),
    themes === null && k("p", { class: "wb-nothing" }, "Loading the themes …"),
    themes?.length === 0 && k("p", { class: "wb-nothing" }, "No themes yet. A theme is one classification task: its name, its labels, its images."),
    k("div", { class: "wb-cards", role: "list" }, themes?.map((theme) => k(ThemeView, { key: theme.id, desk, theme })))
  );
}
function ThemeView({ desk, theme }) {
  const { counts } = theme;
  const none = counts.samples - counts.train - counts.valid - counts.test;
  const { boxes } = theme;
  const done = boxes ? boxes.submitted : counts.labeled;
  const figures = [
    ["images", counts.samples],
    [boxes ? "done" : "labeled", done],
    boxes ? ["boxes", boxes.boxes] : ["unlabeled", counts.samples - done],
    ["train", counts.train],
    ["valid", counts.valid],
    ["test", counts.test],
    ["no split", none]
  ];
  return k(
    "article",
    { class: "wb-theme-card", role: "listitem", "aria-label": `Theme ${theme.name}` },
    k("button", { type: "button", class: "wb-theme-open", onClick: () => openTheme(desk, theme.id), "aria-label": `Open ${theme.name}` }, k("b", null, theme.name)),
    k("p", { class: "wb-faint" }, theme.description || "No description."),
    boxes && k("p", { class: "wb-faint" }, ON_BOXES),
    k(
      "div",
      { class: "wb-progress", role: "progressbar", "aria-label": "Labeled", "aria-valuenow": percent(done, counts.samples), "aria-valuemin": 0, "aria-valuemax": 100 },
      k("span", { style: { width: `${counts.samples > 0 ? 100 * done / counts.samples : 0}%` } })
    ),
    k("dl", { class: "wb-figures" }, figures.map(([name, value]) => k("div", { key: name }, k("dt", null, name), k("dd", { class: "wb-number" }, number(
      /** @type {number} */
      value
    ))))),
    k("div", { class: "wb-chips wb-fill" }, theme.labels.slice(0, 12).map((label) => k("span", { key: label.id, class: "wb-mark" }, k(Swatch, { color: label.color }), label.name)), theme.labels.length > 12 && k("span", { class: "wb-faint" }, `and ${theme.labels.length - 12} more`)),
    k(
      "div",
      { class: "wb-row" },
      k("button", { type: "button", onClick: () => openTheme(desk, theme.id) }, "Open"),
      k("button", { type: "button", onClick: () => desk.set({ dialog: { name: "theme", theme } }), "aria-label": `Edit ${theme.name}` }, "Edit…"),
      k("button", { type: "button", onClick: () => desk.set({ dialog: { name: "delete theme", theme } }), "aria-label": `Delete ${theme.name}` }, "Delete…")
    )
  );
}

// lib/label/views/side.js
var SPLITS2 = ["train", "valid", "test"];
function Side({ desk }) {
  return k(
    "div",
    { class: "wb-side" },
    desk.gallery && k(Answers, { desk }),
    k(Labels, { desk }),
    desk.review && !desk.gallery && k(Answers, { desk }),
    k(Splits, { desk }),
    k(Annotators, { desk })
  );
}
function Labels({ desk }) {
  const { state } = desk;
  const whole = desk.countsNow().byLabel();
  const boxes = state.theme?.boxes;
  const found = desk.scopeNow()?.byLabel({ ...state.where, label: null });
  return k(
    "section",
    { "aria-label": "Labels" },
    k("div", { class: "wb-head" }, k("span", null, boxes ? "Labels of boxes" : "Labels"), k("button", { type: "button", class: "wb-link", onClick: () => desk.set({ dialog: { name: "labels" } }) }, "Edit…")),
    state.labels.map(
      (label, index) => k(Facet, {
        key: label.id,
        on: state.where.label === label.id,
        disabled: Boolean(boxes),
        onClick: () => narrow(desk, { label: state.where.label === label.id ? null : label.id }),
        title: boxes ? label.name : `${label.name}: ${index < 9 ? `key ${index + 1}` : "type its first letters"}`,
        lead: [!boxes && k("span", { class: "wb-key" }, index < 9 ? index + 1 : ""), k(Swatch, { color: label.color })],
        name: label.name,
        count: boxes ? number(boxes[label.id] ?? 0) : found ? `${number(found.get(label.id) ?? 0)} of ${number(whole.get(label.id) ?? 0)}` : `… of ${number(whole.get(label.id) ?? 0)}`
      })
    ),
    state.labels.length === 0 && k("p", { class: "wb-faint" }, "No labels yet. Press Edit to add some.")
  );
}
function Splits({ desk }) {
  const { state } = desk;
  const counts = desk.scopeNow();
  const boxes = Boolean(state.theme?.boxes);
  return k(
    "section",
    { "aria-label": "Split" },
    k(
      "div",
      { class: "wb-head" },
      k("span", null, "Split"),
      k("button", { type: "button", class: "wb-link", disabled: boxes, title: boxes ? "Training on boxes assigns what has no split; before that: workbench split" : "", onClick: () => desk.set({ dialog: { name: "splits" } }) }, "Assign…"),
      k("button", { type: "button", class: "wb-link", onClick: () => desk.set({ dialog: { name: "statistics" } }) }, "Statistics…")
    ),
    [...SPLITS2, "none"].map(
      (split) => k(Facet, {
        key: split,
        on: state.where.split === split,
        onClick: () => narrow(desk, { split: state.where.split === split ? null : split }),
        name: split,
        count: counts ? number(counts.total({ ...state.where, split })) : "…"
      })
    )
  );
}
function Annotators({ desk }) {
  const { state } = desk;
  if (state.annotators.length === 0) return null;
  return k(
    "section",
    { "aria-label": "Annotator" },
    k("div", { class: "wb-head" }, k("span", null, "Annotator")),
    state.annotators.map(
      (name) => k(Facet, { key: name, on: state.where.annotator === name, onClick: () => narrow(desk, { annotator: state.where.annotator === name ? null : name }), name, count: "" })
    )
  );
}

// lib/label/views/menu.js
function Menu({ name, value, choices, onChoose, up }) {
  const [open, setOpen] = d2(false);
  const box = T2(
    /** @type {HTMLDivElement | null} */
    null
  );
  const button = T2(
    /** @type {HTMLButtonElement | null} */
    null
  );
  F2(() => {
    if (!open) return void 0;
    (box.current?.querySelector("[aria-checked=true]") ?? box.current?.querySelector("[role]"))?.focus();
    const away = (event) => {
      if (!box.current?.parentElement?.contains(
        /** @type {Node} */
        event.target
      )) setOpen(false);
    };
    document.addEventListener("pointerdown", away, { capture: true });
    return () => document.removeEventListener("pointerdown", away, { capture: true });
  }, [open]);
  const close2 = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event) => {
    const items = (
      /** @type {HTMLElement[]} */
      [...box.current?.querySelectorAll("[role=menuitemradio]") ?? []]
    );
    const at = items.indexOf(
      /** @type {HTMLElement} */
      document.activeElement
    );
    const step2 = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close2();
    else if (step2) items[(at + step2 + items.length) % items.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const shown = choices.find(([choice]) => choice === value)?.[1] ?? String(value);
  return k(
    "div",
    { class: "wb-menu" },
    k("button", { ref: button, type: "button", "aria-haspopup": "menu", "aria-expanded": String(open), "aria-label": `${name}: ${shown}`, onClick: () => setOpen(!open) }, k("span", { class: "wb-faint" }, `${name} `), shown, " ▾"),
    open && k(
      "div",
      { ref: box, class: `wb-menu-list${up ? " wb-up" : ""}`, role: "menu", "aria-label": name, onKeyDown },
      choices.map(
        ([choice, text]) => k(
          "button",
          {
            key: choice,
            type: "button",
            role: "menuitemradio",
            "aria-checked": String(choice === value),
            onClick: () => {
              close2();
              onChoose(choice);
            }
          },
          text
        )
      )
    )
  );
}

// lib/label/views/status.js
var PAGE_SIZES = [50, 100, 200, 500].map((size) => [size, String(size)]);
function Pager({ desk }) {
  const { state } = desk;
  const pages = Math.max(1, Math.ceil(state.total / state.pageSize));
  const page = Math.floor(state.offset / state.pageSize) + 1;
  return k(
    "div",
    { class: "wb-pager" },
    k("button", { type: "button", disabled: page <= 1, onClick: () => turnPage(desk, -1), "aria-label": "Previous page" }, "‹"),
    k("span", { class: "wb-number" }, `page ${number(page)} of ${number(pages)}`),
    k("button", { type: "button", disabled: page >= pages, onClick: () => turnPage(desk, 1), "aria-label": "Next page" }, "›"),
    k(
      "label",
      null,
      k("span", { class: "wb-faint" }, "go to "),
      k("input", {
        type: "number",
        min: 1,
        max: pages,
        class: "wb-goto",
        "aria-label": "Go to page",
        onChange: (event) => goTo(
          desk,
          /** @type {HTMLInputElement} */
          event.target,
          pages
        )
      })
    ),
    k(Menu, { name: "A page holds", value: state.pageSize, choices: PAGE_SIZES, up: true, onChoose: (pageSize) => narrow(desk, {}, { pageSize }) }),
    k("span", { class: "wb-grow" }),
    k("span", { class: "wb-number wb-faint" }, state.loading ? "loading …" : plural(state.total, "image"))
  );
}
function goTo(desk, input, pages) {
  const page = Math.max(1, Math.min(pages, Math.round(Number(input.value))));
  input.value = "";
  if (Number.isFinite(page)) load(desk, (page - 1) * desk.state.pageSize);
  desk.focusMain();
}
function Status({ desk }) {
  const { state } = desk;
  const conflicts = state.conflicts.filter(({ theme }) => theme === state.theme?.id);
  return k(
    "div",
    { class: "wb-foot" },
    conflicts.slice(0, 3).map((conflict) => k(ConflictLine, { key: conflict.entry.key, desk, conflict })),
    conflicts.length > 3 && k("div", { class: "wb-conflict" }, `and ${number(conflicts.length - 3)} more`),
    state.upload && k(UploadLine, { desk }),
    k(
      "div",
      { class: "wb-status" },
      k("span", { role: "status", "data-health": state.health, "data-refused": desk.refusals, class: state.health === "live" || state.health === "busy" ? "" : "wb-warn" }, healthWords(desk)),
      k(
        "span",
        { class: `wb-notice wb-grow${state.notice?.trouble ? " wb-warn" : ""}`, role: state.notice?.trouble ? "alert" : "status" },
        state.notice?.text,
        state.notice?.action && k("button", { type: "button", class: "wb-link", onClick: state.notice.action.run }, state.notice.action.name)
      ),
      state.view !== "home" && state.view !== "focus" && !desk.gallery && k("span", { class: "wb-faint" }, "drop images anywhere to add them")
    )
  );
}
function ConflictLine({ desk, conflict }) {
  const { entry, outcome } = conflict;
  const { current } = outcome;
  const item = desk.items.get(entry.sample ?? 0);
  const theirs = decisionName(desk, { label: current?.label ?? null, skipped: current?.skipped ?? false });
  const mine = decisionName(desk, entry.to ?? { label: null, skipped: false });
  return k(
    "div",
    { class: "wb-conflict", role: "alert" },
    k("span", null, `${item?.name ?? "An image"}: ${current?.annotator ?? "somebody"} decided “${theirs}” meanwhile; your “${mine}” was not saved.`),
    k("button", { type: "button", onClick: () => insist(desk, conflict) }, `Use “${mine}”`),
    k("button", { type: "button", onClick: () => dismiss(desk, conflict) }, `Keep “${theirs}”`)
  );
}
function UploadLine({ desk }) {
  const upload2 = desk.state.upload;
  if (!upload2) return null;
  const parts = [`${number(upload2.added)} added`];
  if (upload2.duplicates > 0) parts.push(`${number(upload2.duplicates)} there already`);
  if (upload2.rejected.length > 0) parts.push(`${number(upload2.rejected.length)} rejected`);
  const share2 = upload2.total > 0 ? 100 * upload2.done / upload2.total : 100;
  return k(
    "div",
    { class: "wb-upload", role: "status" },
    k("span", null, upload2.finished ? upload2.trouble || (upload2.stopped ? "Upload stopped" : "Upload finished") : `Adding images, ${Math.floor(share2)} %`),
    !upload2.finished && k("span", { class: "wb-progress" }, k("span", { style: { width: `${share2}%` } })),
    k("span", { class: "wb-number" }, parts.join(", ")),
    upload2.rejected.length > 0 && k("span", { class: "wb-warn wb-ellipsis wb-grow", title: upload2.rejected.map((file) => `${file.name}: ${file.reason}`).join("\n") }, upload2.rejected.slice(0, 2).map((file) => `${file.name}: ${file.reason}`).join("; ")),
    k("button", { type: "button", class: "wb-link", onClick: () => upload2.finished ? desk.set({ upload: null }) : stopUpload(desk) }, upload2.finished ? "Close" : "Stop")
  );
}

// lib/label/views/table.js
var COLUMNS = [
  ["", null],
  ["File name", "name"],
  ["Label", null],
  ["Split", null],
  ["Annotator", null],
  ["Decided", "labeled_at"],
  ["Pixels", null],
  ["Size", null],
  ["Added", "id"]
];
var REVIEWED = [
  ["", null],
  ["File name", "name"],
  ["Label", null],
  ["Predicted", "score"],
  ["Split", null],
  ["Annotator", null],
  ["Decided", "labeled_at"],
  ["Pixels", null]
];
var NUMBERS = ["Decided", "Pixels", "Size", "Added"];
function Table({ desk }) {
  const { state } = desk;
  const body = T2(
    /** @type {HTMLTableSectionElement | null} */
    null
  );
  F2(() => {
    if (!desk.showCursor) return;
    desk.showCursor = false;
    body.current?.children[state.cursor]?.scrollIntoView({ block: "nearest" });
  });
  const current = state.ids[state.cursor];
  return k(
    "div",
    {
      class: "wb-scroll",
      tabIndex: 0,
      "data-main": "",
      role: "listbox",
      "aria-multiselectable": "true",
      "aria-label": "Images",
      "aria-activedescendant": current === void 0 ? void 0 : `${desk.link.view}-${current}`,
      "aria-busy": String(state.loading)
    },
    k(
      "table",
      { class: "wb-table", role: "presentation" },
      k("thead", { role: "presentation" }, k("tr", { role: "presentation" }, (desk.review ? REVIEWED : COLUMNS).map(([name, sort]) => k(Head, { key: name, desk, name, sort })))),
      k("tbody", { ref: body, role: "presentation" }, state.ids.map((id, index) => k(Row, { key: id, desk, id, index })))
    ),
    state.ids.length === 0 && !state.loading && k(Nothing, { desk })
  );
}
function Head({ desk, name, sort }) {
  const place = NUMBERS.includes(name) ? "wb-number" : "";
  if (!sort) return k("th", { role: "presentation", class: place }, name);
  const now = desk.state.sort;
  const arrow = now === sort ? " ▲" : now === `-${sort}` ? " ▼" : "";
  const next = (
    /** @type {Sort} */
    now === sort ? `-${sort}` : sort
  );
  return k(
    "th",
    { role: "presentation", class: place },
    k("button", { type: "button", class: "wb-link", onClick: () => narrow(desk, {}, { sort: next }), title: `Sort by ${name.toLowerCase()}` }, name + arrow)
  );
}
function Row({ desk, id, index }) {
  const item = desk.items.get(id);
  if (!item) return null;
  const selected = desk.state.selection.has(id);
  const current = index === desk.state.cursor;
  return k(
    "tr",
    {
      id: `${desk.link.view}-${id}`,
      class: `${selected ? "wb-selected" : ""}${current ? " wb-current" : ""}`,
      role: "option",
      "aria-selected": String(selected),
      "aria-label": [item.name, decisionName(desk, item), answerWords(desk, item)].filter(Boolean).join(", "),
      "data-sample": id,
      onMouseDown: (event) => event.shiftKey && event.preventDefault(),
      onClick: (event) => pick(desk, index, event),
      onDblClick: () => openFocus(desk, index)
    },
    k("td", null, k(ThumbView, { thumb: desk.thumbs.get(id), side: 32 })),
    k("td", { class: "wb-name", title: item.name }, item.name),
    k("td", { class: "wb-marked" }, k(Mark, { desk, item })),
    desk.review && k("td", { class: "wb-marked" }, k(Guess, { desk, item })),
    k("td", null, item.split ?? ""),
    k("td", null, item.annotator ?? ""),
    k("td", { class: "wb-number" }, moment(item.at)),
    k("td", { class: "wb-number" }, `${item.width} × ${item.height}`),
    !desk.review && k("td", { class: "wb-number" }, bytes(item.size)),
    !desk.review && k("td", { class: "wb-number" }, moment(item.added))
  );
}

// lib/label/views/tools.js
var STATES = [["all", "All"], ["unlabeled", "Unlabeled"], ["labeled", "Labeled"], ["skipped", "Skipped"]];
var SORTS = [
  ["id", "first added"],
  ["-id", "last added"],
  ["name", "file name A–Z"],
  ["-name", "file name Z–A"],
  ["labeled_at", "first decided"],
  ["-labeled_at", "last decided"]
];
function Tools({ desk }) {
  const { state } = desk;
  const counts = desk.scopeNow();
  return k(
    "div",
    { class: "wb-tools" },
    state.chosen && k(ChosenChip, { desk, chosen: state.chosen }),
    k(
      "div",
      { class: "wb-segments", role: "group", "aria-label": "Filter" },
      (state.theme?.boxes ? STATES.filter(([value]) => value === "all" || value === "skipped") : STATES).map(
        ([value, name]) => k(
          "button",
          { key: value, type: "button", "aria-pressed": String(state.where.state === value), onClick: () => narrow(desk, { state: value }) },
          name,
          k("span", { class: "wb-faint wb-number" }, ` ${counts ? number(counts.total({ ...state.where, state: value })) : "…"}`)
        )
      )
    ),
    k("input", {
      type: "search",
      class: "wb-search",
      placeholder: "File name (/)",
      "aria-label": "Search by file name",
      value: state.where.search,
      ref: (node) => {
        desk.searchBox = node;
      },
      onInput: (event) => search(
        desk,
        /** @type {HTMLInputElement} */
        event.target.value
      ),
      onKeyDown: (event) => event.key === "Enter" && desk.focusMain()
    }),
    k(Menu, { name: "Order", value: state.sort, choices: desk.review ? [...CERTAINTY, ...SORTS] : SORTS, onChoose: (sort) => narrow(desk, {}, { sort }) }),
    k(View, { desk })
  );
}
function View({ desk }) {
  const { state } = desk;
  return k(
    "div",
    { class: "wb-view" },
    state.browse === "grid" && k("input", {
      type: "range",
      min: 48,
      max: 256,
      step: 8,
      value: state.size,
      "aria-label": "Size of the images",
      title: "Size of the images",
      onInput: (event) => resize(desk, Number(
        /** @type {HTMLInputElement} */
        event.target.value
      ))
    }),
    k(
      "div",
      { class: "wb-segments", role: "group", "aria-label": "View" },
      [["grid", "Grid"], ["table", "Table"]].map(
        ([value, name]) => k("button", { key: value, type: "button", "aria-pressed": String(state.view === value), onClick: () => show(
          desk,
          /** @type {"grid" | "table"} */
          value
        ) }, name)
      )
    )
  );
}
function ChosenChip({ desk, chosen }) {
  const only = Boolean(desk.state.where.ids);
  const what = `${plural(chosen.ids.length, "chosen sample")}${chosen.about ? `: ${chosen.about}` : ""}`;
  return k(
    "span",
    { class: `wb-chosen${only ? " wb-on" : ""}`, role: "status" },
    only && k("b", { class: "wb-ellipsis", title: what }, what),
    k("button", { type: "button", class: "wb-link", title: only ? "" : what, onClick: () => showChosen(desk, !only) }, only ? "Show all" : `Show the ${plural(chosen.ids.length, "chosen sample")}`)
  );
}
function SelectionBar({ desk }) {
  const { state } = desk;
  const { selection } = state;
  const some = selection.size > 0;
  const everything = selection.matching !== null;
  const all = () => desk.set({ selection: selection.everything(state.total) });
  return k(
    "div",
    { class: `wb-selection${some ? " wb-some" : ""}` },
    k("b", { class: "wb-number", role: "status" }, some ? `${number(selection.size)} selected` : ""),
    some && k("button", { type: "button", class: "wb-link", onClick: () => desk.set({ selection: selection.none() }) }, "Deselect"),
    !everything && state.total > 0 && k("button", { type: "button", class: "wb-link", onClick: () => desk.set({ selection: selection.all(state.ids) }) }, "Select page"),
    !everything && state.total > 0 && k("button", { type: "button", class: "wb-link", onClick: all }, `Select all ${number(state.total)} that match`),
    k("span", { class: "wb-faint wb-ellipsis wb-grow" }, some ? "press a label’s key to label them" : ""),
    some && k("button", { type: "button", onClick: () => desk.set({ dialog: { name: "move", split: "train" } }) }, "Move to split…"),
    some && k("button", { type: "button", onClick: () => askToDelete(desk) }, "Delete…"),
    !some && desk.review && k("button", { type: "button", title: "Accept the predictions of this page for all images that nobody has decided about (Shift+A)", onClick: () => acceptPage(desk) }, "Accept page"),
    !some && !desk.gallery && k("button", { type: "button", onClick: () => chooseFiles(desk) }, "Add images"),
    !some && !desk.gallery && k("button", { type: "button", onClick: () => chooseFolder(desk) }, "Add folder")
  );
}
function search(desk, text) {
  clearTimeout(desk.searchTimer);
  desk.searchTimer = setTimeout(() => narrow(desk, { search: text.trim() }), 200);
}
function resize(desk, size) {
  desk.remember("size", size);
  desk.set({ size });
}
function show(desk, view) {
  desk.remember("browse", view);
  desk.set({ view, browse: view });
}

// lib/label/views/app.js
function App({ desk }) {
  const { state } = desk;
  F2(() => {
    if (desk.hasFocus && !state.dialog && !desk.root?.contains(document.activeElement)) desk.focusMain();
  });
  F2(() => {
    if (desk.hasFocus && !state.dialog) desk.focusMain();
  }, [state.view]);
  return k(
    "div",
    { class: "wb-body", ...dropping(desk) },
    k(Bar, { desk }),
    state.view === "home" && k(Home, { desk }),
    state.view === "focus" && k(FocusView, { desk }),
    (state.view === "grid" || state.view === "table") && k(Browse, { desk }),
    k(Status, { desk }),
    state.dropping && k("div", { class: "wb-drop" }, "Drop images or folders to add them"),
    k(Dialogs, { desk })
  );
}
function Browse({ desk }) {
  return k(
    "div",
    { class: "wb-browse" },
    k(Side, { desk }),
    k(
      "div",
      { class: "wb-main" },
      k(Tools, { desk }),
      k(SelectionBar, { desk }),
      desk.state.view === "grid" ? k(Grid, { desk }) : k(Table, { desk }),
      desk.typing.active && k(TypingBox, { desk }),
      k(Pager, { desk })
    )
  );
}
function dropping(desk) {
  const files = (event) => Boolean(desk.state.theme) && desk.state.view !== "home" && [...event.dataTransfer?.types ?? []].includes("Files");
  return {
    onDragOver: (event) => {
      if (!files(event) || desk.gallery) return;
      event.preventDefault();
      event.stopPropagation();
      if (!desk.state.dropping) desk.set({ dropping: true });
    },
    onDragLeave: (event) => {
      const to = (
        /** @type {Node | null} */
        event.relatedTarget
      );
      if (!desk.root?.contains(to)) desk.set({ dropping: false });
    },
    onDrop: (event) => {
      if (!files(event) || !event.dataTransfer || desk.gallery) return;
      event.preventDefault();
      event.stopPropagation();
      desk.set({ dropping: false });
      drop(desk, event.dataTransfer).catch((error) => desk.complain(error));
    }
  };
}

// lib/label/main.js
function mount(view, name) {
  const { model, el } = view;
  const { root, signal, close: close2 } = openRoot(view, "wb-label", name);
  const desk = new Desk(model, signal, () => Q(k(App, { desk }), root));
  desk.root = root;
  desk.run = (command2) => run(desk, command2);
  keepKeys(root, (event) => onKey(desk, event));
  watchFocus(desk, root, signal);
  followChoice(desk, signal);
  desk.changed();
  const theme = model.get("config").theme;
  const opened = theme === null ? goHome(desk) : openTheme(desk, theme);
  opened.then(() => takeFocus(desk, el));
  return close2;
}
function followChoice(desk, signal) {
  const follow = (chosen) => {
    const { theme } = desk.model.get("config");
    desk.set({ chosen: chosen ?? null });
    if (desk.state.theme?.id !== theme) openTheme(desk, theme);
    else showChosen(desk, true);
  };
  hear(desk.model, signal, { chosen: follow });
}
function watchFocus(desk, root, signal) {
  const look = (event) => {
    desk.hasFocus = event.composedPath().includes(root);
  };
  document.addEventListener("focusin", look, { signal, capture: true });
  document.addEventListener("pointerdown", look, { signal, capture: true });
}
function takeFocus(desk, el) {
  const active = document.activeElement;
  const typing = active?.closest("input, textarea, select, [contenteditable=true]");
  if (!typing && (!active || active === document.body || active.closest(".jp-Notebook")?.contains(el))) desk.focusMain();
}

// lib/predictions/main.js
function render(view) {
  return mount(view, "Prediction gallery");
}
var main_default = { render };
export {
  main_default as default
};
