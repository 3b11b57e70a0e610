namespace Lava.Billing.Payments;

/// <summary>What payment providers told, once each.</summary>
public interface IProviderEventStore
{
    /// <summary>Keeps an event; false: it was there already.</summary>
    Task<bool> AddAsync(ProviderEvent happened, CancellationToken cancellationToken);

    /// <summary>Events whose time has come, the oldest first; each is out of others' reach for two minutes.</summary>
    Task<List<ProviderEvent>> TakeAsync(int limit, CancellationToken cancellationToken);

    /// <summary>An event needs no more work.</summary>
    Task EndAsync(PaymentProviderKind provider, string eventId, string? error, CancellationToken cancellationToken);

    /// <summary>An event could not be handled: it is tried again after <paramref name="wait"/>.</summary>
    Task PostponeAsync(PaymentProviderKind provider, string eventId, TimeSpan wait, string error, CancellationToken cancellationToken);

    /// <summary>When the newest event was made, by the provider's clock; null: there is none.</summary>
    Task<DateTimeOffset?> FindNewestAsync(PaymentProviderKind provider, CancellationToken cancellationToken);
}
