"""New: a run or a study made in four steps, each an address: site, people, task, who decides."""
