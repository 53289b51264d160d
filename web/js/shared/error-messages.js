/* A sentence for each error code of the API. The API's own messages are for developers and are never shown. */

const SERVER_DOWN = "The server doesn't answer.";
const TRAINER_DOWN = "The trainer doesn't answer.";
const UNKNOWN = "Something went wrong. Please try again.";

const MESSAGES = {
  // pictures and drawings
  unsupported_picture: "This file isn't an image. Choose a PNG, JPEG or WebP file.",
  corrupt_picture: "This image is damaged. Choose another one.",
  empty_picture: "There is nothing to read: the picture is blank.",
  too_large: "This is too large. Choose a smaller file or draw fewer strokes.",
  time_limit_exceeded: "This picture is too complex. Choose a simpler one.",
  upload_failed: "The connection broke during the upload. The picture may be too large.",
  // models and layers
  model_not_found: "This model is no longer loaded. Choose another one.",
  version_not_found: "This version of the model no longer exists.",
  invalid_model: "This model can't be used.",
  no_layer_outputs: "This model's file doesn't describe its layers, so they can't be shown.",
  no_previous_version: "There is no earlier version of this model.",
  not_ready: "The server is starting.",
  // datasets, reports and feedback
  invalid_dataset: "This dataset can't be read. Check its format and its labels.",
  dataset_not_found: "This dataset no longer exists.",
  download_failed: "The dataset couldn't be downloaded.",
  report_not_found: "This report no longer exists.",
  images_not_stored: "The images of this report are no longer stored.",
  feedback_not_found: "This drawing has already been removed.",
  store_unavailable: "The database isn't available, so nothing was saved. Try again later.",
  store_full: "The database has no space left, so nothing was saved.",
  feedback_full: "No more corrections can be stored. Ask the administrator to raise the limit.",
  // runs and lessons
  job_not_found: "This run no longer exists.",
  run_deleted: "The files of this run have been deleted.",
  fit_failed: "Training failed. See the log of this run.",
  export_failed: "The trained model couldn't be exported.",
  queue_full: "Too many runs are waiting. Stop one or wait.",
  fit_not_running: "This run has already ended.",
  conflict: "This isn't possible in the current state.",
  lesson_not_found: "This lesson no longer exists.",
  drawing_not_found: "This drawing no longer exists.",
  limit_reached: "The limit is reached. Delete something first.",
  diverged: "The weights became invalid, so this step was undone. Try a smaller learning rate.",
  // the services
  bad_request: "The request is invalid.",
  invalid_input: "One of the values is invalid.",
  invalid_json: "The request is invalid.",
  unsupported_media_type: "Files of this type can't be used here.",
  length_required: "The request is invalid.",
  not_acceptable: "The request is invalid.",
  model_locked: "Somebody else is changing this right now. Try again in a moment.",
  too_many_requests: "Too much is going on right now. Try again in a moment.",
  busy: "Too much is going on right now. Try again in a moment.",
  fit_not_responding: "No answer yet. Try again in a moment.",
  worker_timeout: "This took too long. Try again in a moment.",
  write_failed: "The disk is full or read-only, so nothing was saved.",
  unauthorized: "This needs the access token.",
  forbidden: "This isn't allowed here.",
  not_found: "This doesn't exist.",
  worker_failed: "The training process stopped unexpectedly.",
  internal_error: "The server failed. The details are in its log.",
  // raised by the page itself, see http.js
  server_down: SERVER_DOWN,
  model_not_loaded: "The server hasn't loaded the model yet. Try again in a moment.",
  trainer_down: TRAINER_DOWN,
  no_trainer: "This server isn't connected to a trainer.",
  no_models: "No model is loaded.",
  stream_ended: "The connection was lost.",
};

/** A sentence for a learner about an error of `fetchJson` or `fetchResponse`; `overrides`, by code, replaces sentences. */
export function errorMessage(error, overrides) {
  return overrides?.[error.code] ?? MESSAGES[error.code] ?? UNKNOWN;
}
