/** How close cards stand, on this device. In a cookie, so that the server draws it and nothing jumps on load. */
export const densityCookie = "runboard-density";

export type Density = "comfortable" | "compact";
