using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>
/// All bounds of a checkout. Those by phone and by merchant hold where messages are sent and cards charged: for live merchants.
/// </summary>
public static class CheckoutLimits
{
    /// <summary>Messages of a session.</summary>
    public const int SendsPerSession = 5;

    /// <summary>Messages to a phone within an hour.</summary>
    public const int SendsPerPhoneHour = 5;

    /// <summary>Messages to a phone within a day.</summary>
    public const int SendsPerPhoneDay = 20;

    /// <summary>Messages of a merchant within an hour.</summary>
    public const int SendsPerMerchantHour = 300;

    /// <summary>Guesses of a code.</summary>
    public const int ChecksPerCode = 5;

    /// <summary>Guesses of a session.</summary>
    public const int ChecksPerSession = 15;

    /// <summary>Digits of a code, the fewest.</summary>
    public const int CodeDigitsMin = 4;

    /// <summary>Digits of a code, the most.</summary>
    public const int CodeDigitsMax = 10;

    /// <summary>Entries of cards of a session.</summary>
    public const int SetupsPerSession = 10;

    /// <summary>Entries of cards of a merchant within an hour: more is somebody who tries stolen cards.</summary>
    public const int SetupsPerMerchantHour = 60;

    /// <summary>Declined charges of a session.</summary>
    public const int DeclinesPerSession = 10;

    /// <summary>Between two messages.</summary>
    public static readonly TimeSpan ResendAfter = TimeSpan.FromSeconds(30);

    /// <summary>A code counts so long.</summary>
    public static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(10);

    /// <summary>A verified phone counts so long for its visit.</summary>
    public static readonly TimeSpan VerifiedFor = TimeSpan.FromMinutes(30);

    /// <summary>What was shown is charged so long.</summary>
    public static readonly TimeSpan QuoteLife = TimeSpan.FromMinutes(15);

    /// <summary>A payment without an attempt is about to be attempted so long; then nobody runs it.</summary>
    public static readonly TimeSpan AttemptWithin = TimeSpan.FromSeconds(10);

    /// <summary>The page waits so long for a charge; then it asks again.</summary>
    public static readonly TimeSpan PayWait = TimeSpan.FromSeconds(20);

    /// <summary>A payment that nobody pressed Pay for again is given up after so long: it keeps the wallet's others waiting.</summary>
    public static readonly TimeSpan AbandonedAfter = TimeSpan.FromMinutes(30);

    /// <summary>What a session knows of a person is forgotten so long after it has expired.</summary>
    public static readonly TimeSpan ForgottenAfter = TimeSpan.FromDays(30);

    /// <summary>The least that is topped up.</summary>
    public static readonly Money TopUpMin = Money.FromDollars(1);

    /// <summary>The most that is topped up.</summary>
    public static readonly Money TopUpMax = Money.FromDollars(10_000);
}
