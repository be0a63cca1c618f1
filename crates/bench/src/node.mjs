// Loads the benchmark's wasm and calls an exported function for each line "name argument…" on standard input. Answers
// "CPU seconds, digest in hexadecimal".

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]));

for await (const line of createInterface({ input: process.stdin })) {
    const [name, ...values] = line.split(" ");
    const start = process.cpuUsage();
    const digest = BigInt.asUintN(64, instance.exports[name](...values.map(Number)));
    const { user, system } = process.cpuUsage(start);
    console.log(`${(user + system) / 1e6} ${digest.toString(16)}`);
}
