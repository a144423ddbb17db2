import type { NodeGroupId } from "../../core/ids.ts";
import { namespaceFormat } from "../../core/validate/formats.ts";
import { listResource } from "../../engine/define.ts";
import type { ListResource } from "../../engine/list.ts";
import { optional } from "../../schema/attribute.ts";
import { string } from "../../schema/kind.ts";
import type { ValueObject } from "../../values/value.ts";
import { filtered, nameRegex, readyFilter, sortedBy } from "./filters.ts";
import { checkScope, clusterFilter, membersIn } from "./members.ts";
import type { Session } from "./session.ts";

interface Member {
  readonly id: NodeGroupId;
  readonly ready: boolean;
}

interface MemberListOptions<Found extends Member> {
  readonly doc: string;
  /** Plural of the members. */
  readonly what: string;
  list(
    client: Session,
    scope: { readonly namespace: string; readonly cluster: string | undefined; readonly signal: AbortSignal },
  ): Promise<Found[] | undefined>;
  /** Returns the state after an import. */
  stateOf(member: Found): object;
}

/** Declares the list of the node groups or add-ons of a cluster or a namespace. */
export function memberList<Found extends Member>(
  type: string,
  { doc, what, list, stateOf }: MemberListOptions<Found>,
): ListResource<Session> {
  const schema = {
    cluster_id: clusterFilter(what),
    namespace: optional(string, {
      check: namespaceFormat,
      doc: `The namespace whose ${what} are listed. Default: that of \`cluster_id\`, else the provider's.`,
    }),
    name_regex: nameRegex(what),
    ready: readyFilter(what),
  };
  return listResource<Session>()(type, {
    doc,
    schema,
    validate: ({ config, diagnostics }) => checkScope(config, diagnostics),
    list: async function* ({ config, client, signal, includeResource }) {
      const { members } = await membersIn(schema, config, client, signal, (scope) =>
        list(client, { ...scope, signal }),
      );
      const named = members.map((member) => ({ ...member, name: member.id.name }));
      for (const member of sortedBy(filtered(named, config), ({ id }) => [id.cluster, id.name])) {
        const { namespace, cluster, name } = member.id;
        yield {
          identity: { namespace, cluster, name },
          displayName: `${cluster}/${name}`,
          ...(includeResource ? { state: stateOf(member) as ValueObject } : {}),
        };
      }
    },
  });
}
