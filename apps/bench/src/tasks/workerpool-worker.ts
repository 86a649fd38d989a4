import workerpool from "workerpool";
import { add, echo } from "./functions.js";

workerpool.worker({ add, echo });
