using Lava.Core;

namespace Lava.Gateway.Signals;

/// <summary>Tells nobody.</summary>
public sealed class NoSignals : IGatewaySignals
{
    /// <summary>The only one.</summary>
    public static readonly NoSignals Instance = new();

    private NoSignals()
    {
    }

    /// <inheritdoc/>
    public void Short(long walletId)
    {
    }

    /// <inheritdoc/>
    public void LimitReached(in LimitNotice notice)
    {
    }

    /// <inheritdoc/>
    public void Refused(Guid merchantId, Guid? customerId, ErrorCode code)
    {
    }
}
