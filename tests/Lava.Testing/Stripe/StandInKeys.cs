namespace Lava.Testing.Stripe;

/// <summary>Answers by idempotency key. The state's lock is held.</summary>
internal sealed class StandInKeys(TimeProvider time)
{
    /// <summary>A key is forgotten after so long.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private readonly Dictionary<string, (string Request, StandInAnswer? Answer, DateTimeOffset At)> _kept = [];

    /// <summary>Begins a request under a key; the answer that it got before, or null: it is to be done.</summary>
    public StandInAnswer? Begin(string key, string request)
    {
        if (!_kept.TryGetValue(key, out var kept) || time.GetUtcNow() - kept.At >= Life)
        {
            _kept[key] = (request, null, time.GetUtcNow());
            return null;
        }

        if (kept.Request != request)
        {
            throw new StandInException(
                400, "idempotency_key_mismatch", "Keys can only be used with the same parameters.", type: "idempotency_error");
        }

        return kept.Answer
            ?? throw new StandInException(409, "idempotency_key_in_use", "Another request is using this key.", type: "idempotency_error");
    }

    public void End(string key, StandInAnswer answer) => _kept[key] = _kept[key] with { Answer = answer };

    /// <summary>The key is free again: nothing was done under it.</summary>
    public void Free(string key) => _kept.Remove(key);
}
