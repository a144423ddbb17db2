import { type Action, invokeAction } from "../../engine/action.ts";
import { findPart } from "../../engine/engine.ts";
import { toDiagnostics } from "../diagnostic-message.ts";
import { configFrom } from "../dynamic-value.ts";
import type { tfplugin6 } from "../generated/tfplugin6.js";
import type { Handle, HandleStream } from "../handler.ts";
import { validated } from "./validated.ts";

/** The RPCs of actions. */
export function actionHandlers<Client>(
  actions: readonly Action<Client>[],
  handle: Handle<Client>,
  handleStream: HandleStream<Client>,
) {
  const named = (type: string | null | undefined) => findPart(actions, type ?? "", "action");
  // Planning an action validates the values that have become known since.
  const validate = handle<tfplugin6.ValidateActionConfig.IRequest, tfplugin6.ValidateActionConfig.IResponse>(
    (engine, request) => validated(engine, named(request.actionType).definition, request.config),
  );
  return {
    ValidateActionConfig: validate,
    PlanAction: validate,

    InvokeAction: handleStream<tfplugin6.InvokeAction.IRequest, tfplugin6.InvokeAction.IEvent>(
      async (engine, request, signal, send) => {
        const part = named(request.actionType);
        const config = configFrom(request.config, part.definition.schema);
        const progress = (message: string) => send({ progress: { message } });
        const diagnostics = await invokeAction(engine, part, { config, signal, progress });
        send({ completed: { diagnostics: toDiagnostics(diagnostics) } });
      },
      (diagnostics) => ({ completed: { diagnostics: toDiagnostics(diagnostics) } }),
    ),
  };
}
