namespace Lava.Postgres.Seeding;

/// <summary>A card on file, of the sandbox.</summary>
/// <param name="Id">Id.</param>
/// <param name="Reference">The sandbox's name of it, such as <c>pm_card_visa</c>.</param>
/// <param name="Brand">Brand.</param>
/// <param name="Last4">Last digits.</param>
/// <param name="ExpiryYear">The year until which it can be charged.</param>
public sealed record SeedCard(Guid Id, string Reference, string Brand, string Last4, short ExpiryYear);
