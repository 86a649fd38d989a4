import { oneProcess } from "../../vitest.base.js";

export default oneProcess;
