import { number } from "./format.js";

/** @import { Upload } from "./uploads.js" */

/** How far the images are that a person adds, and which were refused. @param {{upload: Upload, onStop: () => void, onClose: () => void}} props */
export function UploadLine({ upload, onStop, onClose }) {
  const parts = [`${number(upload.added)} added`];
  if (upload.duplicates > 0) parts.push(`${number(upload.duplicates)} there already`);
  if (upload.rejected.length > 0) parts.push(`${number(upload.rejected.length)} rejected`);
  if (upload.others.length > 0) {
    parts.push(
      upload.others.length === 1 ? `not an image: ${upload.others[0]}` : `${number(upload.others.length)} not images`,
    );
  }
  const share = upload.total > 0 ? (100 * upload.done) / upload.total : 100;
  return (
    <div class="wb-upload" role="status">
      <span>
        {upload.finished
          ? upload.trouble || (upload.stopped ? "Upload stopped" : "Upload finished")
          : `Adding images, ${Math.floor(share)} %`}
      </span>
      {!upload.finished && (
        <span class="wb-progress">
          <span style={{ width: `${share}%` }} />
        </span>
      )}
      <span class="wb-number" title={upload.others.join("\n")}>
        {parts.join(", ")}
      </span>
      {upload.rejected.length > 0 && (
        <span
          class="wb-warn wb-ellipsis wb-grow"
          title={upload.rejected.map((file) => `${file.name}: ${file.reason}`).join("\n")}
        >
          {upload.rejected
            .slice(0, 2)
            .map((file) => `${file.name}: ${file.reason}`)
            .join("; ")}
        </span>
      )}
      <button
        type="button"
        class="wb-link"
        onClick={() => {
          if (upload.finished) return onClose();
          upload.stopped = true;
          onStop();
        }}
      >
        {upload.finished ? "Close" : "Stop"}
      </button>
    </div>
  );
}
