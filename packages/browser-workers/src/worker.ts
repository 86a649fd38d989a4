export { type CurrentThread, currentThread } from "./current-thread.js";
export { serve } from "./serve.js";
