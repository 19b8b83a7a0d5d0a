import { useEffect } from "preact/hooks";
import { number, plural } from "../../shared/format.js";
import { readTeam, toggleQueue } from "../queue.js";
import { decisionName } from "../wording.js";
import { Mark } from "./mark.jsx";

/** @import { Desk } from "../desk.js" */
/** @import { Item } from "../types.js" */

const READ_MS = 10_000;

/** What the bar offers to those who share a theme. @param {{desk: Desk}} props */
export function TeamButtons({ desk }) {
  const { theme, team, focus } = desk.state;
  useEffect(() => {
    const read = () =>
      !document.hidden && desk.state.health === "live" && readTeam(desk, { brief: !desk.state.focus?.queue });
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
        title="Label images that nobody else is given meanwhile (Shift+N)"
        onClick={() => toggleQueue(desk, "mine")}
      >
        Next for me
      </button>
      {(waiting > 0 || queue === "review") && (
        <button
          type="button"
          aria-pressed={queue === "review"}
          title="Settle where annotators disagree (Shift+R)"
          onClick={() => toggleQueue(desk, "review")}
        >{`Review ${number(waiting)}`}</button>
      )}
      <button
        type="button"
        title="Who works on this theme, and how far they agree"
        onClick={() => desk.set({ dialog: { name: "team" } })}
      >
        Team
      </button>
    </span>
  );
}

/** Beside the image of a queue: what the others said where they disagree, and how far everybody is. @param {{desk: Desk, item: Item | undefined}} props */
export function QueueSide({ desk, item }) {
  const queue = desk.state.focus?.queue;
  if (!queue) return null;
  return (
    <div class="wb-queue">
      {queue === "review" && item?.opinions && <Opinions desk={desk} item={item} />}
      <Members desk={desk} />
    </div>
  );
}

/** @param {{desk: Desk, item: Item}} props */
function Opinions({ desk, item }) {
  return (
    <section aria-label="Opinions">
      <div class="wb-head">
        <span>Opinions</span>
      </div>
      {(item.opinions ?? []).map((opinion) => (
        <div key={opinion.annotator} class="wb-opinion">
          <span class="wb-ellipsis">{opinion.annotator}</span>
          <Mark desk={desk} item={opinion} />
        </div>
      ))}
      <p class="wb-faint">The key of a label settles it.</p>
    </section>
  );
}

/** @param {{desk: Desk}} props */
function Members({ desk }) {
  const { team, annotator, focus } = desk.state;
  if (!team) return null;
  /** The team is read every few seconds; that one has begun oneself is known at once. @param {import("../queue.js").Member} member */
  const works = (member) =>
    member.leased > 0 || (member.annotator === annotator && focus?.queue === "mine" && focus.ids.length > 0);
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
          title={`${plural(member.decided, "image")} decided, ${plural(member.opinions, "second opinion")}, at ${number(member.leased)} now`}
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

/** What the frame says where a queue has nothing more. @param {Desk} desk */
export function nothingLeft(desk) {
  const focus = desk.state.focus;
  if (focus?.loading) return "Looking for images …";
  if (focus?.queue === "review")
    return "No disagreement waits for a review. New ones appear here by themselves; Escape returns to the overview.";
  const others = (desk.state.team?.members ?? []).filter(
    (member) => member.annotator !== desk.state.annotator && member.leased > 0,
  );
  const held = others.reduce((sum, member) => sum + member.leased, 0);
  const passed = (focus?.ids ?? []).filter(
    (id) => decisionName(desk, desk.items.get(id) ?? { label: null, skipped: false }) === "unlabeled",
  ).length;
  if (passed > 0)
    return `You passed over ${plural(passed, "image")}: the left arrow goes back. Escape leaves them to others.`;
  const where =
    held > 0
      ? ` ${plural(held, "image")} ${held === 1 ? "is" : "are"} with ${others.map((member) => member.annotator).join(", ")}.`
      : "";
  return `Nothing is left for you now.${where} What comes back appears here by itself; Escape returns to the overview.`;
}
