using Lava.Billing.Payments;
using Lava.Postgres;

namespace Lava.Tests.Billing.Stripe;

/// <summary>Events in memory; it can be away.</summary>
internal sealed class MemoryEventStore : IProviderEventStore
{
    private readonly List<ProviderEvent> _waiting = [];

    public List<ProviderEvent> Added { get; } = [];

    public List<(string Id, string? Error)> Ended { get; } = [];

    public List<(string Id, TimeSpan Wait, string Error)> Postponed { get; } = [];

    public bool IsAway { get; set; }

    public Task<bool> AddAsync(ProviderEvent happened, CancellationToken cancellationToken)
    {
        if (IsAway)
        {
            throw new StoreUnavailableException("stopped");
        }

        lock (Added)
        {
            if (Added.Any(known => known.Id == happened.Id))
            {
                return Task.FromResult(false);
            }

            Added.Add(happened);
            _waiting.Add(happened);
            return Task.FromResult(true);
        }
    }

    public Task<List<ProviderEvent>> TakeAsync(int limit, CancellationToken cancellationToken)
    {
        var taken = _waiting.Take(limit).Select(happened => happened with { Attempts = happened.Attempts + 1 }).ToList();
        _waiting.RemoveRange(0, taken.Count);
        return Task.FromResult(taken);
    }

    public Task EndAsync(PaymentProviderKind provider, string eventId, string? error, CancellationToken cancellationToken)
    {
        Ended.Add((eventId, error));
        return Task.CompletedTask;
    }

    public Task PostponeAsync(
        PaymentProviderKind provider, string eventId, TimeSpan wait, string error, CancellationToken cancellationToken)
    {
        Postponed.Add((eventId, wait, error));
        return Task.CompletedTask;
    }

    public Task<DateTimeOffset?> FindNewestAsync(PaymentProviderKind provider, CancellationToken cancellationToken) =>
        Task.FromResult<DateTimeOffset?>(Added.Count == 0 ? null : Added.Max(happened => happened.CreatedAt));

    public void Wait(ProviderEvent happened) => _waiting.Add(happened);
}
