import assert from "node:assert/strict";
import { test } from "node:test";
import { alsoSets, following, typed, words } from "../../launch/wording.js";

test("numbers are sent as numbers, everything else as it was typed", () => {
  const usual = {
    "training.num_epochs": 10,
    "training.learning_rate": 0.005,
    "model.name": "ResNet18",
    "model.pretrained": false,
  };
  const given = {
    "training.num_epochs": "3",
    "training.learning_rate": "1e-3",
    "model.name": "18",
    "model.pretrained": true,
  };
  assert.deepEqual(typed(given, usual), {
    "training.num_epochs": 3,
    "training.learning_rate": 0.001,
    "model.name": "18",
    "model.pretrained": true,
  });
  assert.equal(typed({ "training.num_epochs": "many" }, usual)["training.num_epochs"], "many");
  assert.equal(typed({ "training.num_epochs": " " }, usual)["training.num_epochs"], " ");
});

test("each state says what came of it, and what can be done", () => {
  const launch = {
    state: "running",
    phase: "training",
    epochs: 2,
    num_epochs: 10,
    last: { valid_accuracy: 0.5 },
    accuracy: null,
    run_id: "r",
    error: "",
  };
  assert.equal(words(launch), "training, 2 of 10 epochs, valid accuracy 0.5000");
  assert.match(words({ ...launch, num_epochs: null, epochs: 0 }), /^starting/);
  assert.equal(
    words({ ...launch, state: "stopped", accuracy: 0.75 }),
    "stopped, tested and saved, 2 of 10 epochs, test accuracy 0.7500",
  );
  assert.match(words({ ...launch, state: "lost" }), /workbench resume r$/);
  assert.match(words({ ...launch, state: "interrupted" }), /workbench resume r$/);
  assert.equal(words({ ...launch, state: "failed", error: "No theme." }), "failed: No theme.");
});

test("fields that nobody changed follow the preset, and what it sets besides is told", () => {
  const before = { "model.recipe": "none", "training.num_epochs": 30, "training.optimizer": "SGD" };
  const after = { "model.recipe": "quick", "training.num_epochs": 10, "training.optimizer": "AdamW" };
  const chosen = { ...before, "model.recipe": "quick" };
  assert.deepEqual(following(chosen, before, after), after);
  assert.deepEqual(following({ ...chosen, "training.num_epochs": "4" }, before, after), {
    ...after,
    "training.num_epochs": "4",
  });
  assert.equal(alsoSets({ "training.ema_decay": 0.99, "training.test_views": [] }), "ema decay 0.99, test views none");
});
