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
}
