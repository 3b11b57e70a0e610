namespace Lava.Gateway.Authentication;

/// <summary>
/// The text fields of a forward token, of every generation of the SDK. Of those that name the same thing, the first counts.
/// </summary>
internal enum ForwardTokenField
{
    SecretKey,

    /// <summary>SDK 9 and later; an id or the merchant's reference id.</summary>
    CustomerId,

    /// <summary>SDK 8.</summary>
    ConnectionId,

    /// <summary>SDK 2.5 to 7.</summary>
    ConnectionSecret,

    /// <summary>SDK 8 and later.</summary>
    MeterSlug,
    MeterId,
    ProductId,

    /// <summary>v7 documentation.</summary>
    MeterSecret,

    /// <summary>SDK 2.5 to 6.</summary>
    ProductSecret,
    ProviderKey,

    /// <summary>How many there are.</summary>
    Count,
}
