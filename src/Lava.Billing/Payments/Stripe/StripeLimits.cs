namespace Lava.Billing.Payments.Stripe;

/// <summary>Bounds of calls to Stripe.</summary>
public sealed record StripeLimits
{
    /// <summary>Largest answer, in bytes: a page of 100 charges is about 400 KiB.</summary>
    public const int AnswerBytesMax = 1024 * 1024;

    /// <summary>Objects of a page, the most that Stripe gives.</summary>
    public const int PageSize = 100;

    /// <summary>Pages of a list.</summary>
    public const int PagesMax = 1_000;

    /// <summary>Connecting.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>One try, from its first byte to the answer's last.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Tries after the first, under the same key.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>Before the first retry; before each further one twice as long, and up to a half more by chance.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest <c>retry-after</c> that is waited for.</summary>
    public TimeSpan PauseMax { get; init; } = TimeSpan.FromSeconds(10);
}
