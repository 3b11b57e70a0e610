using System.Collections.Frozen;

namespace Lava.Server.Web.Checkout;

/// <summary>Why a card on file can't be used, in two or three words. What banks want kept to themselves is only "declined".</summary>
internal static class DeclineText
{
    private static readonly FrozenDictionary<string, string> Words = new Dictionary<string, string>
    {
        ["expired_card"] = "Expired",
        ["insufficient_funds"] = "Not enough money",
        ["incorrect_cvc"] = "Wrong security code",
        ["incorrect_number"] = "Wrong number",
        ["authentication_required"] = "Your bank must confirm it",
        ["disputed"] = "A payment was disputed",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Of a decline code.</summary>
    public static string Of(string code) => Words.GetValueOrDefault(code, "Declined");
}
