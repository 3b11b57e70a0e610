using System.Threading.Channels;
using Lava.Core;
using Lava.Gateway.Signals;

namespace Lava.Server.Hosting;

/// <summary>
/// Hints from the gateway to billing. What does not fit is dropped: the next refused call gives it again. Refused calls are counted.
/// </summary>
internal sealed class BillingSignals(RefusalCounts refusals) : IGatewaySignals
{
    /// <summary>Hints of each kind that wait.</summary>
    public const int WaitingMax = 10_000;

    private readonly Channel<long> _shorts = Channel.CreateBounded<long>(Options());
    private readonly Channel<LimitNotice> _limits = Channel.CreateBounded<LimitNotice>(Options());

    /// <inheritdoc/>
    public void Short(long walletId) => _shorts.Writer.TryWrite(walletId);

    /// <inheritdoc/>
    public void LimitReached(in LimitNotice notice) => _limits.Writer.TryWrite(notice);

    /// <inheritdoc/>
    public void Refused(Guid merchantId, Guid? customerId, ErrorCode code) => refusals.Add(merchantId, customerId, code);

    /// <summary>The wallets that were short since the last call, each once.</summary>
    public HashSet<long> TakeShorts() => Take(_shorts);

    /// <summary>The limits that refused calls since the last call, each once.</summary>
    public HashSet<LimitNotice> TakeLimits() => Take(_limits);

    private static HashSet<T> Take<T>(Channel<T> channel)
    {
        var taken = new HashSet<T>();
        while (taken.Count < WaitingMax && channel.Reader.TryRead(out var hint))
        {
            taken.Add(hint);
        }

        return taken;
    }

    private static BoundedChannelOptions Options() =>
        new(WaitingMax) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true };
}
