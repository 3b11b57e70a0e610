using Lava.Core;

namespace Lava.Gateway.Signals;

/// <summary>
/// What billing would like to know of refused calls, at once. Hints: one that is lost costs time, never money. Never waits.
/// </summary>
public interface IGatewaySignals
{
    /// <summary>A wallet could not pay a call though its plan allows overage or top-up.</summary>
    void Short(long walletId);

    /// <summary>A hard limit refused a call.</summary>
    void LimitReached(in LimitNotice notice);

    /// <summary>The gateway refused a call of somebody it knows, for money or by a rule.</summary>
    /// <param name="merchantId">Whose call.</param>
    /// <param name="customerId">For whom; null: for none.</param>
    /// <param name="code">The error that it got.</param>
    void Refused(Guid merchantId, Guid? customerId, ErrorCode code);
}
