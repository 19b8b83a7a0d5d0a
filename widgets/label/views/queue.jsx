import { useEffect } from "preact/hooks";
import { number, plural } from "../../shared/format.js";
import { readTeam, toggleQueue } from "../queue.js";
import { decisionName } from "../wording.js";
import { Mark } from "./mark.jsx";

/** @import { LabelPanel } from "../state.js" */
/** @import { Sample } from "../messages.js" */

const READ_MS = 10_000;

/** What the bar offers to those who share a theme. @param {{panel: LabelPanel}} props */
export function TeamButtons({ panel }) {
  const { theme, team, focus } = panel.state;
  useEffect(() => {
    const read = () =>
      !document.hidden && panel.state.health === "live" && readTeam(panel, { brief: !panel.state.focus?.queue });
    read();
    const timer = setInterval(read, READ_MS);
    return () => clearInterval(timer);
  }, [theme?.id]);
  const waiting = team?.disagreements ?? 0;
  const queue = focus?.queue;
  return (
    <span class="wb-segments" role="group" aria-label="Sharing the work">
      <button
        type="button"
        aria-pressed={queue === "mine"}
        title="Label images that are assigned to nobody else (Shift+N)"
        onClick={() => toggleQueue(panel, "mine")}
      >
        Next for me
      </button>
      {(waiting > 0 || queue === "review") && (
        <button
          type="button"
          aria-pressed={queue === "review"}
          title="Settle where annotators disagree (Shift+R)"
          onClick={() => toggleQueue(panel, "review")}
        >{`Review ${number(waiting)}`}</button>
      )}
      <button
        type="button"
        title="Who works on this theme, and how far they agree"
        onClick={() => panel.set({ dialog: { name: "team" } })}
      >
        Team
      </button>
    </span>
  );
}

/** Beside the image of a queue: what the others said where they disagree, and how far everybody is. @param {{panel: LabelPanel, item: Sample | undefined}} props */
export function QueueSide({ panel, item }) {
  const queue = panel.state.focus?.queue;
  if (!queue) return null;
  return (
    <div class="wb-queue">
      {queue === "review" && item?.opinions && <Opinions panel={panel} item={item} />}
      <Members panel={panel} />
    </div>
  );
}

/** @param {{panel: LabelPanel, item: Sample}} props */
function Opinions({ panel, item }) {
  return (
    <section aria-label="Opinions">
      <div class="wb-head">
        <span>Opinions</span>
      </div>
      {(item.opinions ?? []).map((opinion) => (
        <div key={opinion.annotator} class="wb-opinion">
          <span class="wb-ellipsis">{opinion.annotator}</span>
          <Mark panel={panel} item={opinion} />
        </div>
      ))}
      <p class="wb-faint">The key of a label settles it.</p>
    </section>
  );
}

/** @param {{panel: LabelPanel}} props */
function Members({ panel }) {
  const { team, annotator, focus } = panel.state;
  if (!team) return null;
  /** The team is read every few seconds; that one has begun oneself is known at once. @param {import("../messages.js").Member} member */
  const works = (member) =>
    member.assigned > 0 || (member.annotator === annotator && focus?.queue === "mine" && focus.ids.length > 0);
  return (
    <section aria-label="Team">
      <div class="wb-head">
        <span>Team</span>
        <span>decided</span>
      </div>
      {team.members.map((member) => (
        <div
          key={member.annotator}
          class="wb-opinion"
          title={`${plural(member.decided, "image")} decided, ${plural(member.opinions, "second opinion")}, at ${number(member.assigned)} now`}
        >
          <span class="wb-ellipsis">
            {works(member) ? "● " : "○ "}
            {member.annotator === annotator ? <b>{member.annotator}</b> : member.annotator}
          </span>
          <span class="wb-number">{number(member.decided + member.opinions)}</span>
        </div>
      ))}
    </section>
  );
}

/** What the frame says where a queue has nothing more. @param {LabelPanel} panel */
export function nothingLeft(panel) {
  const focus = panel.state.focus;
  if (focus?.loading) return "Looking for images …";
  if (focus?.queue === "review")
    return "No disagreement waits for a review. New ones appear here by themselves; Escape returns to the overview.";
  const others = (panel.state.team?.members ?? []).filter(
    (member) => member.annotator !== panel.state.annotator && member.assigned > 0,
  );
  const held = others.reduce((sum, member) => sum + member.assigned, 0);
  const passed = (focus?.ids ?? []).filter(
    (id) => decisionName(panel, panel.items.get(id) ?? { label: null, skipped: false }) === "unlabeled",
  ).length;
  if (passed > 0)
    return `You passed over ${plural(passed, "image")}: the left arrow goes back. Escape leaves them to others.`;
  const where =
    held > 0
      ? ` ${plural(held, "image")} ${held === 1 ? "is" : "are"} with ${others.map((member) => member.annotator).join(", ")}.`
      : "";
  return `Nothing is left for you now.${where} What comes back appears here by itself; Escape returns to the overview.`;
}
