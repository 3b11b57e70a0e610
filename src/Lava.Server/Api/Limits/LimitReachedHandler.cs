using Lava.Gateway.Signals;
using Lava.Postgres;

namespace Lava.Server.Api.Limits;

/// <summary>Turns the gateway's hints of refused calls into the webhook event <c>limit.reached</c>: one for each time of a limit.</summary>
internal sealed class LimitReachedHandler(LimitStore store)
{
    /// <summary>Tells of a limit; false where it was told before.</summary>
    public Task<bool> HandleAsync(LimitNotice notice, CancellationToken cancellationToken) => store.TellReachedAsync(
        notice.Subject, notice.WalletId, notice.Limit, DateTimeOffset.UnixEpoch.AddMicroseconds(notice.WindowStart), cancellationToken);
}
