using Lava.Core;

namespace Lava.Gateway.Signals;

/// <summary>Counts what the gateway itself refused: a call, or the next turn of a session that had begun.</summary>
internal static class Refusals
{
    /// <summary>
    /// Counts it, and tells of it by its status: 402 is money, 403 a rule, 429 a limit. A provider's own refusal was relayed and is none.
    /// </summary>
    /// <param name="metrics">Counts every one.</param>
    /// <param name="signals">Is told of those of somebody who is known.</param>
    /// <param name="call">The call, or the session's.</param>
    /// <param name="code">The error that the caller gets.</param>
    public static void Count(GatewayMetrics metrics, IGatewaySignals signals, GatewayCall call, ErrorCode code)
    {
        metrics.Refuse();
        if (call.Identity.Merchant is not null && code.Status is 402 or 403 or 429)
        {
            signals.Refused(call.Record.MerchantId, call.Record.CustomerId, code);
        }
    }
}
