using System.Text.Json;
using Lava.Core;
using Lava.Server.Api;

namespace Lava.Server.Web.Checkout;

/// <summary>The fields of a form that the page sent.</summary>
internal sealed class CheckoutForm(JsonElement root)
{
    /// <summary>A form's largest body: its longest field has 255 characters.</summary>
    public const int BytesMax = 4 * 1024;

    private const int PhoneDigitsMax = 15;

    /// <summary>The body of a request.</summary>
    /// <exception cref="ApiException">It is too large, no JSON object, or has a card's number in it.</exception>
    public static async Task<CheckoutForm> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // Another site's page can't send this type without asking first, and is never answered.
        if (!request.HasJsonContentType())
        {
            throw new ApiException(NotJson, "content-type must be application/json");
        }

        var root = await BodyReader.ReadObjectAsync(request, BytesMax, cancellationToken);
        if (root.EnumerateObject().Any(IsCardNumber))
        {
            throw new ApiException(ErrorCode.InvalidRequest, "Card numbers are not taken here");
        }

        return new CheckoutForm(root);
    }

    /// <summary>A text; null where there is none, an empty or a long one.</summary>
    public string? Text(string name) =>
        root.TryGetProperty(name, out var value) && JsonText.Read(value) is { Length: > 0 and <= TextRules.LengthMax } text ? text : null;

    /// <summary>True where the field says so.</summary>
    public bool Flag(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static ErrorCode NotJson { get; } = new("unsupported_media_type", StatusCodes.Status415UnsupportedMediaType);

    // Old pages and other people's scripts might send one. A phone's number may look like a short one.
    private static bool IsCardNumber(JsonProperty field)
    {
        var text = field.Value.ValueKind == JsonValueKind.Number ? field.Value.GetRawText() : JsonText.Read(field.Value) ?? "";
        return field.NameEquals("number") ? CardNumber.MayBe(text, PhoneDigitsMax + 1) : CardNumber.MayBe(text);
    }
}
