import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addEntry,
  changeEntry,
  countOff,
  draftOf,
  fileOf,
  moveEntry,
  moveStep,
  nearest,
  removeEntry,
  setArgument,
  setValue,
  stepIsOn,
  stepOrder,
  switchStep,
} from "../../explore/draft.js";
import { controlFor, rounded, shown, typed } from "../../explore/sliders.js";

const KNOWN = ["histogram_equalization", "gamma", "resize", "patches"];
const FILE = {
  image: { size: 32 },
  preprocessing: { gamma: { enabled: false, gamma: 1 }, resize: { fit: "pad" } },
  augmentation: {
    library: "albumentations",
    train: [
      "HorizontalFlip",
      { OneOf: { p: 0.5, transforms: ["MotionBlur", { GaussianBlur: { blur_limit: [3, 5] } }] } },
      { Affine: { rotate: [-10, 10] } },
      { Transpose: null },
    ],
    valid: [],
    test: null,
  },
};

test("a draft that nobody changed is the file again", () => {
  assert.deepEqual(fileOf(draftOf(FILE)), {
    ...FILE,
    augmentation: { ...FILE.augmentation, train: [...FILE.augmentation.train.slice(0, 3), "Transpose"] },
  });
  assert.deepEqual(fileOf(draftOf({})), {});
});

test("edits leave the draft before them alone", () => {
  const draft = draftOf(FILE);
  const before = JSON.stringify(draft);
  setValue(draft, ["image", "size"], 64);
  setArgument(draft, ["train", 2], "rotate", [0, 5]);
  moveStep(draft, "gamma", 1, KNOWN);
  removeEntry(draft, ["train", 1, "transforms", 0]);
  assert.equal(JSON.stringify(draft), before);
});

test("steps are switched and moved, and implied ones are known", () => {
  const draft = draftOf(FILE);
  assert.deepEqual(stepOrder(draft, KNOWN), ["gamma", "resize", "histogram_equalization", "patches"]);
  assert.equal(stepIsOn(draft, "gamma"), false);
  assert.equal(stepIsOn(draft, "patches"), false);
  assert.equal(stepIsOn(draftOf({}), "resize"), true);
  assert.deepEqual(fileOf(switchStep(draft, "gamma", true)).preprocessing.gamma, { enabled: true, gamma: 1 });
  assert.deepEqual(Object.keys(fileOf(moveStep(draft, "resize", -1, KNOWN)).preprocessing), ["resize", "gamma"]);
  assert.deepEqual(Object.keys(fileOf(moveStep(draft, "gamma", -1, KNOWN)).preprocessing), ["gamma", "resize"]);
});

test("arguments of nested transforms are reached by their path", () => {
  const draft = draftOf(FILE);
  const path = ["train", 1, "transforms", 1];
  const train = fileOf(setArgument(draft, path, "blur_limit", [3, 9])).augmentation.train;
  assert.deepEqual(train[1].OneOf.transforms[1], { GaussianBlur: { blur_limit: [3, 9] } });
  const moved = fileOf(moveEntry(draft, path, -1)).augmentation.train;
  assert.deepEqual(moved[1].OneOf.transforms[1], "MotionBlur");
});

test("transforms that are switched off stay in the panel and out of the file", () => {
  const draft = changeEntry(draftOf(FILE), ["train", 0], { off: true });
  assert.equal(countOff(draft), 1);
  assert.equal(fileOf(draft).augmentation.train.length, 3);
  assert.equal(fileOf(changeEntry(draft, ["train", 0], { off: false })).augmentation.train[0], "HorizontalFlip");
});

test("a new transform begins with values for what it requires", () => {
  const known = [
    { name: "height", default: null, required: true },
    { name: "width", default: null, required: true },
    { name: "fill", default: 0, required: false },
    { name: "p", default: 1, required: false },
  ];
  const draft = addEntry(draftOf(FILE), "test", "RandomCrop", known);
  assert.deepEqual(fileOf(draft).augmentation.test, [{ RandomCrop: { height: 32, width: 32, p: 1 } }]);
  const choice = addEntry(draftOf(FILE), "test", "OneOf", [{ name: "transforms", default: null, required: true }]);
  assert.equal(choice.lists.test.length, 1);
  assert.equal(fileOf(choice).augmentation.test, null, "left out until it holds a transform");
  choice.lists.test[0].nested.transforms = draftOf(FILE).lists.train.slice(0, 1);
  assert.deepEqual(fileOf(choice).augmentation.test, [{ OneOf: { transforms: ["HorizontalFlip"] } }]);
});

test("an argument gets the control that fits its value", () => {
  assert.deepEqual(controlFor("p", 0.5), { kind: "number", low: 0, high: 1, step: 0.05 });
  assert.deepEqual(controlFor("blur_limit", [3, 5]), {
    kind: "pair",
    of: { kind: "number", low: 0, high: 10, step: 1 },
  });
  assert.deepEqual(controlFor("rotate", [-20, 20]), {
    kind: "pair",
    of: { kind: "number", low: -40, high: 40, step: 1 },
  });
  assert.equal(controlFor("keep_ratio", false).kind, "switch");
  assert.equal(controlFor("policy", "cifar10").kind, "text");
  assert.equal(controlFor("fill", [1, 2, 3]).kind, "text");
  const scale = controlFor("scale", 1.1);
  assert.ok(scale.kind === "number" && scale.low <= 1.1 && scale.high >= 1.1);
});

test("numbers lose the tail of floats, and typed text is read as YAML would", () => {
  assert.equal(rounded(0.30000000000000004, 0.05), 0.3);
  assert.equal(rounded(17, 1), 17);
  assert.deepEqual(typed("[1, 2]"), [1, 2]);
  assert.equal(typed("INTER_CUBIC"), "INTER_CUBIC");
  assert.equal(shown([1, 2]), "[1,2]");
});

test("a name that is nearly right finds its transform", () => {
  const known = ["Affine", "HorizontalFlip", "VerticalFlip", "RandomGamma"];
  assert.equal(nearest("vert", known), "VerticalFlip");
  assert.equal(nearest("gamma", known), "RandomGamma");
  assert.equal(nearest("HorizFlip", known), "HorizontalFlip");
  assert.equal(nearest("HorizontalFlipp", known), "HorizontalFlip");
  assert.equal(nearest("RandomGanma", known), "RandomGamma");
  assert.equal(nearest("xyz", known), null);
});
