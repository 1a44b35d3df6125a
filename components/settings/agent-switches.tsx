import { InstantSwitch } from "@/components/settings/instant-switch.tsx";
import { useRequireReview } from "@/components/settings/use-require-review.ts";
import { announce } from "@/lib/client/announce.ts";
import { problemOf } from "@/lib/client/api.ts";
import { useAutonomous } from "@/lib/client/mutations.ts";
import type { Project } from "@/lib/project/schema.ts";

/** The two switches of Agent defaults. The first is the same value as the button in the header of the board. */
export function AgentSwitches({ project }: { project: Project }) {
  const autonomous = useAutonomous(project.id);
  const review = useRequireReview(project);
  const { requireReview } = project.settings;

  return (
    <>
      <InstantSwitch
        label="Autonomous mode"
        help="On: every approved task starts by itself once nothing blocks it. Turning it off ends nothing that runs."
        source={project.autonomousExecutionEnabled ? "project" : "default"}
        checked={project.autonomousExecutionEnabled}
        status={autonomous.status}
        error={autonomous.error ? problemOf(autonomous.error).message : undefined}
        onCheckedChange={(isOn) =>
          autonomous.mutate(isOn, { onSuccess: () => announce(`Saved. Autonomous mode is ${isOn ? "on" : "off"}.`) })
        }
      />
      <InstantSwitch
        label="Require review"
        help="Finished work waits for a person before it counts as completed. Default: off."
        source={requireReview ? "project" : "default"}
        checked={review.isPending ? review.variables : requireReview}
        status={review.status}
        error={review.error ? `Not saved. ${problemOf(review.error).message}` : undefined}
        onCheckedChange={(isOn) =>
          review.mutate(isOn, {
            onSuccess: () => announce(`Saved. Review is ${isOn ? "required" : "not required"}.`),
          })
        }
      />
    </>
  );
}
