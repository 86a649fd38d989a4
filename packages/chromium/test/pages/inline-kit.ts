// A page that runs the conformance kit over the inline backend.

import { serveKit } from "@everycore/conformance/browser";
import { backend } from "@everycore/inline";

const secondCore = "/second-core.js";
void serveKit(backend, { secondCore: () => import(secondCore) });
