for (let line = 0; line < 100; line++) console.log(`from the worker ${line}`);
postMessage(0);

export {};
