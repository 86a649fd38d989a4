// Says something in every way there is.

console.log("from the page");
console.error("a complaint");
const worker = new Worker("/noisy-worker.js", { type: "module" });
worker.onmessage = () => {
  document.title = "heard";
  setTimeout(() => {
    throw new Error("nobody caught this");
  });
};
