interface InstanceSeries {
  readonly purpose: string;
  readonly forGpus?: true;
}

/** The series of instance types (platform.md §6.1, §8.1). The platform's objects do not describe them. `s1` exists on Hikube only. */
export const instanceSeries: Readonly<Record<string, InstanceSeries>> = {
  cx1: { purpose: "Compute: 2 GiB per vCPU, CPUs of its own." },
  d1: { purpose: "Dedicated: 4 GiB per vCPU, CPUs of its own." },
  gn1: { purpose: "GPUs: 4 GiB per vCPU.", forGpus: true },
  m1: { purpose: "Memory: 8 GiB per vCPU." },
  n1: { purpose: "Network: for DPDK." },
  o1: { purpose: "Overcommitted: 4 GiB per vCPU, shared with other nodes." },
  rt1: { purpose: "Real time: 4 GiB per vCPU." },
  s1: { purpose: "Standard: 2 GiB per vCPU." },
  u1: { purpose: "Universal: 4 GiB per vCPU." },
};

/** Returns the series of an instance type: the part of its name before the dot. */
export const seriesOf = (name: string): string => name.split(".")[0] ?? "";
