using System.Text.Json;

namespace Lava.Metering.Scanning;

/// <summary>
/// The models that a body names beside its own: those that answer where the first does not, and those that a tool calls. Rare, so the peek
/// only says whether there may be any, and this reads the body a second time.
/// </summary>
public static class OtherModels
{
    /// <summary>Most names in one body: providers take three to ten.</summary>
    public const int CountMax = 32;

    // A list's elements: strings, or objects with this member.
    private const int ElementDepth = 2;
    private const int MemberDepth = 3;

    // models: OpenRouter, Perplexity; fallbacks: OpenRouter's and Anthropic's messages, AssemblyAI; tools: Anthropic's advisor, OpenAI's
    // images.
    private static readonly (byte[] Name, bool Answers)[] Lists =
        [("models"u8.ToArray(), true), ("fallbacks"u8.ToArray(), true), ("tools"u8.ToArray(), false)];

    /// <summary>Reads them, in the body's order.</summary>
    /// <param name="body">A body that the peek found to be valid JSON.</param>
    /// <param name="models">What was found; one name may come several times.</param>
    /// <returns>False where there are more than <see cref="CountMax"/>, or a name that is too long or no text.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out List<OtherModel> models)
    {
        models = [];
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = RequestPeek.DepthMax + 1 });
        try
        {
            return TryRead(ref reader, models);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair is JSON, but no text.
            return false;
        }
    }

    /// <summary>May a member of this name have other models?</summary>
    /// <param name="depth">1: a member of the body; 3: of an element of a list in it.</param>
    /// <param name="isInTool">Of a tool?</param>
    /// <param name="key">Its name.</param>
    internal static bool MayBeIn(int depth, bool isInTool, ReadOnlySpan<byte> key) => key.Length switch
    {
        5 => isInTool && depth == MemberDepth && key.SequenceEqual("model"u8),
        6 => depth == 1 && key.SequenceEqual("models"u8),
        9 => depth == 1 && key.SequenceEqual("fallbacks"u8),
        _ => false,
    };

    private static bool TryRead(ref Utf8JsonReader reader, List<OtherModel> models)
    {
        var (list, isModel) = (-1, false);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                list = reader.CurrentDepth == 1 ? Find(reader) : list;
                isModel = reader.CurrentDepth == MemberDepth && reader.ValueTextEquals("model"u8);
                continue;
            }

            var isListed = reader.CurrentDepth <= ElementDepth && list >= 0 && Lists[list].Answers;
            if (list >= 0 && reader.TokenType == JsonTokenType.String && (isListed || (isModel && reader.CurrentDepth == MemberDepth)))
            {
                var name = reader.GetString()!;
                if (models.Count == CountMax || name.Length > RequestPeek.ModelBytesMax)
                {
                    return false;
                }

                models.Add(new OtherModel(name, Lists[list].Answers));
            }

            isModel = false;
        }

        return true;
    }

    private static int Find(in Utf8JsonReader reader)
    {
        for (var i = 0; i < Lists.Length; i++)
        {
            if (reader.ValueTextEquals(Lists[i].Name))
            {
                return i;
            }
        }

        return -1;
    }
}
