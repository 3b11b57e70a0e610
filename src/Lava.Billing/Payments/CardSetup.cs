using System.Text.Json.Serialization;

namespace Lava.Billing.Payments;

/// <summary>The entry of a card that has begun.</summary>
/// <param name="Reference">The provider's name of it.</param>
/// <param name="ClientSecret">Lets the page enter the card: it goes there and nowhere else. Null in the sandbox.</param>
public sealed record CardSetup(string Reference, [property: JsonIgnore] string? ClientSecret)
{
    /// <summary>Without the secret: records that are logged tell all they have.</summary>
    public override string ToString() => $"CardSetup {Reference}";
}
