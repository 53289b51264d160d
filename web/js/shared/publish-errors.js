/* Sentences for the errors of publishing a trained model. */

export const PUBLISH_ERRORS = {
  invalid_input: "Use letters, digits, “.”, “_” and “-” for the name. Start with a letter or digit.",
  conflict: "Train the network first, and wait until its training and other exports are done.",
};
