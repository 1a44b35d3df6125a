/** What one can say here, in the words of this project. */
export const examplesFor = (projectKey: string) => [
  { text: "/task Run the tests: `npm test`", says: "Create a task and start it" },
  { text: `/task priority:high after:${projectKey}-4 Fix login`, says: "One that waits for another" },
  { text: "/draft Write the release notes", says: "Write a card for later" },
  { text: "/status", says: "Ask how things stand" },
];
