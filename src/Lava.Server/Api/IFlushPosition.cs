namespace Lava.Server.Api;

/// <summary>How far PostgreSQL has what the journal made durable.</summary>
public interface IFlushPosition
{
    /// <summary>Completes when everything that was durable at the time of the call is applied; false where that can't be had now.</summary>
    Task<bool> CaughtUpAsync(CancellationToken cancellationToken);
}
