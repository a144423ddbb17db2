import type { JsonObject } from "../../base/json.ts";
import { readAccessReview } from "../server/access-review.ts";
import type { HttpAnswer, HttpRequest } from "../server/http-server.ts";

interface Subject {
  readonly user: string;
  readonly groups: readonly string[];
}

const everything = ["*"];

/** Answers a review of the own identity: the holder of an admin kubeconfig may do everything. Undefined for other resources. */
export function reviewSelf(resource: string, request: HttpRequest, subject: Subject): HttpAnswer | undefined {
  const answer = (kind: string, group: string, content: JsonObject): HttpAnswer => ({
    status: 201,
    body: { kind, apiVersion: `${group}/v1`, metadata: {}, ...content },
  });
  switch (resource) {
    case "selfsubjectaccessreviews":
      return answer("SelfSubjectAccessReview", "authorization.k8s.io", {
        spec: readAccessReview(request),
        status: { allowed: true },
      });
    case "selfsubjectrulesreviews":
      return answer("SelfSubjectRulesReview", "authorization.k8s.io", {
        spec: {},
        status: {
          incomplete: false,
          nonResourceRules: [{ nonResourceURLs: everything, verbs: everything }],
          resourceRules: [{ apiGroups: everything, resources: everything, verbs: everything }],
        },
      });
    case "selfsubjectreviews":
      return answer("SelfSubjectReview", "authentication.k8s.io", {
        status: { userInfo: { username: subject.user, groups: [...subject.groups, "system:authenticated"] } },
      });
    default:
      return undefined;
  }
}
