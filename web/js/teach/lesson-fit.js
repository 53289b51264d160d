/* Trains a lesson's network on all of its drawings, several times over, and shows the progress. */

import { byId, showError } from "../shared/dom.js";
import { errorMessage } from "../shared/error-messages.js";
import { formatPercent } from "../shared/format.js";
import { ApiError, Unavailable } from "../shared/http.js";
import { fetchTrainer } from "../shared/trainer-api.js";

const POLL_INTERVAL = 500; // ms
const ACTIVE = ["queued", "running", "paused"];
export const FIT_ERRORS = { invalid_dataset: "Draw more examples first: at least five of each label. Some are held out for testing." };

export class LessonFit {
  #onEnd;
  #job = null; // the ID of the followed job

  /** `onEnd()` is called when a fit has ended: the lesson has adopted its weights. */
  constructor(onEnd) {
    this.#onEnd = onEnd;
    byId("stop-fit").addEventListener("click", () => this.#stop());
  }

  /** Whether a fit is queued or running: until it has ended, the lesson can't be changed. */
  get isActive() {
    return this.#job !== null;
  }

  /** Show the fit of a lesson, also one that was started in another tab. */
  show({ fit }) {
    byId("fit").hidden = !fit;
    if (!fit) this.#job = null;
    else if (ACTIVE.includes(fit.state)) this.#follow(fit.job);
    else if (fit.problem || fit.state === "failed") byId("fit-status").textContent = "This training failed. The network is unchanged.";
  }

  async #follow(id) {
    if (this.#job === id) return;
    this.#job = id;
    byId("stop-fit").hidden = false;
    byId("fit-progress").hidden = false;
    while (this.#job === id) {
      try {
        const job = await fetchTrainer(`/jobs/${id}`);
        if (this.#job !== id) return;
        this.#showJob(job);
        if (!ACTIVE.includes(job.state)) break;
      } catch (error) {
        if (!(error instanceof ApiError || error instanceof Unavailable)) throw error;
        byId("fit-status").textContent = errorMessage(error);
        if (error instanceof ApiError) break;
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
    }
    if (this.#job !== id) return;
    this.#job = null;
    byId("stop-fit").hidden = true;
    byId("fit-progress").hidden = true;
    this.#onEnd();
  }

  #showJob({ state, settings, epoch, result }) {
    const done = epoch?.epoch ?? 0;
    byId("fit").dataset.state = state;
    byId("fit-progress").value = done / settings.epochs;
    const accuracy = epoch ? `, validation accuracy ${formatPercent(epoch.val_accuracy)}` : "";
    const { n, ...accuracies } = result?.test ?? {};
    byId("fit-status").textContent = result
      ? `Trained on all drawings ${done} times. Of ${n} drawings held out for testing, ${formatPercent(Object.values(accuracies)[0])} are correct.`
      : state === "running" && epoch ? `Pass ${done} of ${settings.epochs} over all drawings${accuracy}` : "Starting…";
  }

  async #stop() {
    await fetchTrainer(`/jobs/${this.#job}`, { method: "PATCH", json: { state: "stopped" } }).catch((error) => {
      showError(byId("training-error"), error);
    });
  }
}
