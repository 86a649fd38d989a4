/** An adapter of WebGPU in words. */
export function adapterText(info: object | undefined): string {
  const { vendor, architecture, device, description } = (info ?? {}) as Readonly<Record<string, string | undefined>>;
  return [vendor, architecture, description || device].filter(Boolean).join(" ") || "WebGPU, an adapter without a name";
}
