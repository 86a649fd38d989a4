export { type BincountOptions, bincount, type HistogramOptions, histogram } from "./histogram.js";
export { type MatmulOptions, matmul } from "./matmul.js";
export type { MatmulTile } from "./matmul-tile.js";
export type { AnyArray, Same, SameSide } from "./operation.js";
export { cumsum, type Scan, type ScanOperation, type ScanOptions, scan } from "./scan.js";
export { argsort, type SortOptions, sort } from "./sort.js";
export { transpose } from "./transpose.js";
export { type TunedTile, type TuneOptions, tuneMatmul } from "./tune-matmul.js";
