/* The view Train: joins its parts. */

import { openShell } from "../shared/shell.js";

openShell();
